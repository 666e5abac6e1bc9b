package io.kestra.plugin.docker.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kestra.core.models.annotations.Plugin;
import io.kestra.core.models.property.Property;
import io.kestra.core.models.tasks.RunnableTask;
import io.kestra.core.models.tasks.Task;
import io.kestra.core.runners.RunContext;
import io.kestra.plugin.scripts.exec.scripts.models.ScriptOutput;
import io.kestra.plugin.scripts.exec.scripts.runners.CommandsWrapper;
import io.kestra.plugin.scripts.runner.docker.Docker;
import io.kestra.plugin.scripts.runner.docker.PullPolicy;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

/**
 * Stands in for the task of plugin-docker, whose jar is not on Maven Central: the properties that the flows use, run
 * by Kestra's own Docker runner. Any other property is refused when a flow is parsed.
 */
@Plugin
public class Run extends Task implements RunnableTask<ScriptOutput> {
    @NotNull @JsonProperty private Property<String> containerImage;
    @JsonProperty private Property<List<String>> commands;
    @JsonProperty private Property<Map<String, String>> env;
    @JsonProperty private String networkMode;
    @JsonProperty private Property<List<String>> volumes;
    @JsonProperty private Property<PullPolicy> pullPolicy = Property.ofValue(PullPolicy.IF_NOT_PRESENT);

    @Override
    public ScriptOutput run(RunContext context) throws Exception {
        List<String> mounts = context.render(volumes).asList(String.class);
        Docker runner = Docker.builder()
            .type(Docker.class.getName())
            .entryPoint(null) // the image's own; the runner's default drops it
            .networkMode(networkMode)
            .volumes(mounts.isEmpty() ? null : mounts)
            .pullPolicy(pullPolicy)
            .fileHandlingStrategy(Property.ofValue(Docker.FileHandlingStrategy.VOLUME))
            .delete(Property.ofValue(true))
            .wait(Property.ofValue(true))
            .resume(Property.ofValue(true))
            .build();
        return new CommandsWrapper(context)
            .withEnv(context.render(env).asMap(String.class, String.class))
            .withContainerImage(context.render(containerImage).as(String.class).orElseThrow())
            .withTaskRunner(runner)
            .withCommands(commands == null ? Property.ofValue(List.of()) : commands)
            .run();
    }
}
