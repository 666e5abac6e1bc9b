package engine;

import io.kestra.core.models.Label;
import io.kestra.core.models.executions.Execution;
import io.kestra.core.models.executions.TaskRun;
import io.kestra.core.repositories.FlowRepositoryInterface;
import io.kestra.core.repositories.LogDataStoreInterface;
import io.kestra.core.repositories.MetricRepositoryInterface;
import io.kestra.core.services.ExecutionOutputService;
import io.kestra.core.services.TaskOutputService;
import io.kestra.core.services.ExecutionService;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.model.Pageable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** An execution as the tests look at it: state, task runs with outputs, logs, metrics. */
final class ExecutionView {
    private final FlowRepositoryInterface flows;
    private final ExecutionService service;
    private final TaskOutputService taskOutputs;
    private final ExecutionOutputService flowOutputs;
    private final LogDataStoreInterface logs;
    private final MetricRepositoryInterface metrics;

    ExecutionView(ApplicationContext context) {
        flows = context.getBean(FlowRepositoryInterface.class);
        service = context.getBean(ExecutionService.class);
        taskOutputs = context.getBean(TaskOutputService.class);
        flowOutputs = context.getBean(ExecutionOutputService.class);
        logs = context.getBean(LogDataStoreInterface.class);
        metrics = context.getBean(MetricRepositoryInterface.class);
    }

    Map<String, Object> brief(Execution execution) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", execution.getId());
        view.put("flow", execution.getFlowId());
        view.put("state", execution.getState().getCurrent().name());
        view.put("changes", execution.getState().getHistories().size());
        // Not state.isTerminated(): that is true for a moment before afterExecution has run.
        view.put("ended", service.isTerminated(flows.findByExecution(execution), execution));
        view.put("loop", execution.getKind() != null && execution.getKind().name().equals("LOOP"));
        view.put("trigger", execution.getTrigger() == null ? "" : execution.getTrigger().getId());
        view.put("labels", execution.getLabels().stream().collect(Collectors.toMap(Label::key, Label::value, (first, last) -> last, TreeMap::new)));
        return view;
    }

    Map<String, Object> full(Execution execution) throws Exception {
        String id = execution.getId();
        Map<String, Object> view = brief(execution);
        view.put("found", true);
        view.put("outputs", flowOutputs.getOutputs(execution));
        view.put("tasks", Optional.ofNullable(execution.getTaskRunList()).orElse(List.of()).stream().map(this::task).toList());
        view.put("logs", logs.findByExecutionId(Executions.TENANT, id, Level.TRACE).stream()
            .map(log -> Map.of("level", log.getLevel().name(), "task", Optional.ofNullable(log.getTaskId()).orElse(""), "message", String.valueOf(log.getMessage())))
            .toList());
        view.put("metrics", metrics.findByExecutionId(Executions.TENANT, id, Pageable.UNPAGED).stream()
            .map(metric -> Map.of("task", metric.getTaskId(), "name", metric.getName(), "value", metric.getValue()))
            .toList());
        return view;
    }

    private Map<String, Object> task(TaskRun run) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("task", run.getTaskId());
        view.put("state", run.getState().getCurrent().name());
        view.put("attempts", Optional.ofNullable(run.getAttempts()).orElse(List.of()).size());
        view.put("outputs", outputs(run));
        return view;
    }

    private Object outputs(TaskRun run) {
        try {
            return Optional.<Object>ofNullable(taskOutputs.getOutputs(run)).orElse(Map.of());
        } catch (Exception error) {
            throw new IllegalStateException("outputs of " + run.getTaskId(), error);
        }
    }
}
