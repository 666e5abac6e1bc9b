package engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.kestra.core.models.flows.FlowSource;
import io.kestra.core.services.FlowService;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Parses, checks and stores YAML. */
final class Flows {
    private final FlowService service;

    Flows(ApplicationContext context) {
        service = context.getBean(FlowService.class);
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
}
