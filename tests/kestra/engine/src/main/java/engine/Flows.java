package engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.kestra.core.models.dashboards.Dashboard;
import io.kestra.core.models.flows.FlowSource;
import io.kestra.core.models.validations.ModelValidator;
import io.kestra.core.serializers.YamlParser;
import io.kestra.core.services.FlowService;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Parses, checks and stores YAML. */
final class Flows {
    private final FlowService service;
    private final ModelValidator validator;

    Flows(ApplicationContext context) {
        service = context.getBean(FlowService.class);
        validator = context.getBean(ModelValidator.class);
    }

    /** {name, text} → {errors, warnings}; an empty errors text means valid. */
    Object validate(JsonNode request) {
        var result = service.validate(Executions.TENANT, List.of(new FlowSource(request.get("name").asText(), request.get("text").asText()))).getFirst();
        return Map.of(
            "errors", Objects.requireNonNullElse(result.getConstraints(), ""),
            "warnings", Objects.requireNonNullElse(result.getWarnings(), List.of()),
            "deprecated", Objects.requireNonNullElse(result.getDeprecationPaths(), List.of()));
    }

    /** {text} → {revision}. */
    Object load(JsonNode request) throws Exception {
        return Map.of("revision", service.importFlow(Executions.TENANT, request.get("text").asText()).getRevision());
    }

    /** {text} → {id}; an invalid dashboard is an error. */
    Object validateDashboard(JsonNode request) {
        var dashboard = YamlParser.parse(request.get("text").asText(), Dashboard.class);
        validator.validate(dashboard);
        return Map.of("id", dashboard.getId());
    }
}
