package engine;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.kestra.core.executor.command.Create;
import io.kestra.core.executor.command.ExecutionCommand;
import io.kestra.core.executor.command.Replay;
import io.kestra.core.executor.command.Restart;
import io.kestra.core.models.Label;
import io.kestra.core.models.executions.Execution;
import io.kestra.core.models.executions.ExecutionId;
import io.kestra.core.models.executions.ExecutionKilled;
import io.kestra.core.models.executions.ExecutionKilledExecution;
import io.kestra.core.models.flows.Flow;
import io.kestra.core.models.flows.check.Check;
import io.kestra.core.models.triggers.TriggerId;
import io.kestra.core.queues.BroadcastQueueInterface;
import io.kestra.core.queues.DispatchQueueInterface;
import io.kestra.core.repositories.ExecutionRepositoryInterface;
import io.kestra.core.repositories.FlowRepositoryInterface;
import io.kestra.core.runners.FlowInputOutput;
import io.kestra.core.scheduler.events.CreateBackfillTrigger;
import io.kestra.core.scheduler.queue.TriggerEventQueue;
import io.kestra.core.serializers.JacksonMapper;
import io.kestra.core.services.FlowService;
import io.kestra.core.utils.IdUtils;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.type.Argument;
import io.micronaut.data.model.Pageable;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an operator does to executions in the UI, through the same queues. Commands answer at once: poll get. */
final class Executions {
    static final String TENANT = "main";
    private static final String NAMESPACE = "company.team";

    private final FlowRepositoryInterface flows;
    private final FlowService flowService;
    private final ExecutionRepositoryInterface executions;
    private final FlowInputOutput inputs;
    private final DispatchQueueInterface<ExecutionCommand> commands;
    private final BroadcastQueueInterface<ExecutionKilled> kills;
    private final TriggerEventQueue triggerEvents;
    private final ExecutionView view;

    Executions(ApplicationContext context) {
        flows = context.getBean(FlowRepositoryInterface.class);
        flowService = context.getBean(FlowService.class);
        executions = context.getBean(ExecutionRepositoryInterface.class);
        inputs = context.getBean(FlowInputOutput.class);
        commands = context.getBean(Argument.of(DispatchQueueInterface.class, ExecutionCommand.class));
        kills = context.getBean(Argument.of(BroadcastQueueInterface.class, ExecutionKilled.class));
        triggerEvents = context.getBean(TriggerEventQueue.class);
        view = new ExecutionView(context);
    }

    /** {flow, inputs} → {id, warnings}; invalid inputs and failed checks are errors, and nothing is started. */
    Object run(JsonNode request) throws Exception {
        Flow flow = flows.findById(TENANT, NAMESPACE, request.get("flow").asText(), Optional.empty())
            .orElseThrow(() -> new IllegalArgumentException("no flow " + request.get("flow")));
        Execution execution = Execution.newExecution(flow, flow.getLabels() == null ? List.of() : flow.getLabels());
        Map<String, Object> values = inputs.readExecutionInputs(flow, execution, map(request.get("inputs")));
        // As the web server does: a check that only warns lets the execution begin.
        var failed = flowService.getFailedChecks(flow, values);
        var blocking = failed.stream().filter(check -> check.getBehavior() != Check.Behavior.CREATE_EXECUTION).findFirst();
        if (blocking.isPresent()) throw new IllegalArgumentException(blocking.get().getMessage());
        commands.emit(Create.of(new ExecutionId(TENANT, NAMESPACE, flow.getId(), execution.getId(), flow.getRevision()))
            .withLabels(execution.getLabels())
            .withInputs(values));
        return Map.of("id", execution.getId(), "warnings", failed.stream().map(Check::getMessage).toList());
    }

    /** {id} → the execution as it stands, {found: false} while it is not stored yet. */
    Object get(JsonNode request) throws Exception {
        Optional<Execution> execution = executions.findById(TENANT, request.get("id").asText());
        return execution.isPresent() ? view.full(execution.get()) : Map.of("found", false);
    }

    /** {flow} → its executions, oldest first; iterations of loops are among them. */
    Object list(JsonNode request) {
        return executions.findByFlowId(TENANT, NAMESPACE, request.get("flow").asText(), Pageable.UNPAGED).stream()
            .sorted(Comparator.comparing(execution -> execution.getState().getStartDate()))
            .map(view::brief)
            .toList();
    }

    /** {id, latest} → {id}: failed tasks again, on the run's own revision of the flow or on the latest. */
    Object restart(JsonNode request) throws Exception {
        Execution execution = find(request);
        Integer revision = request.path("latest").asBoolean() ? latestRevision(execution) : null;
        commands.emit(Restart.from(execution, revision));
        return Map.of("id", execution.getId());
    }

    /** {id, task} → {id} of the new execution that begins at this task. */
    Object replay(JsonNode request) throws Exception {
        Execution execution = find(request);
        String taskRun = execution.getTaskRunList().stream()
            .filter(run -> run.getTaskId().equals(request.get("task").asText()))
            .findFirst().orElseThrow().getId();
        String id = IdUtils.create();
        commands.emit(Replay.from(execution, id, taskRun, null, null));
        return Map.of("id", id);
    }

    Object kill(JsonNode request) throws Exception {
        String id = find(request).getId();
        kills.emit(ExecutionKilledExecution.builder()
            .executionId(id).isOnKillCascade(true).state(ExecutionKilled.State.REQUESTED).tenantId(TENANT).build());
        return Map.of("id", id);
    }

    /** {flow, trigger, start, end}: the trigger's slots between the two times. */
    Object backfill(JsonNode request) {
        triggerEvents.send(new CreateBackfillTrigger(
            TriggerId.of(TENANT, NAMESPACE, request.get("flow").asText(), request.get("trigger").asText()),
            new CreateBackfillTrigger.Backfill(
                ZonedDateTime.parse(request.get("start").asText()),
                ZonedDateTime.parse(request.get("end").asText()),
                map(request.get("inputs")),
                new ArrayList<Label>())));
        return Map.of();
    }

    private Execution find(JsonNode request) {
        return executions.findById(TENANT, request.get("id").asText()).orElseThrow(() -> new IllegalArgumentException("no execution " + request.get("id")));
    }

    private Integer latestRevision(Execution execution) {
        return flows.findById(TENANT, NAMESPACE, execution.getFlowId(), Optional.empty()).orElseThrow().getRevision();
    }

    private static Map<String, Object> map(JsonNode node) {
        return node == null || node.isNull() ? Map.of() : JacksonMapper.ofJson().convertValue(node, new TypeReference<>() {});
    }
}
