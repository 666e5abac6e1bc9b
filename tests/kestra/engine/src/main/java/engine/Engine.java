package engine;

import io.kestra.core.runners.TestRunner;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole Kestra in one process, driven over loopback HTTP.
 * engine.data: folder of database and storage, kept over restarts. Any kestra.* system property is passed on.
 */
public final class Engine {
    public static void main(String[] args) throws Exception {
        var context = ApplicationContext.builder().properties(configuration(Path.of(System.getProperty("engine.data")))).start();
        var runner = context.getBean(TestRunner.class);
        runner.setSchedulerEnabled(Boolean.getBoolean("engine.scheduler"));
        runner.setWorkerThread(16);
        runner.run();
        int port = Api.serve(new Flows(context), new Executions(context));
        System.out.println("READY " + port);
        // The test holds the other end of stdin: when it is gone, however it went, so is the engine.
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }

    private static Map<String, Object> configuration(Path data) throws IOException {
        int controller = freePort();
        Map<String, Object> values = new TreeMap<>(Map.of(
            "micronaut.application.name", "kestra",
            "datasources.h2.url", "jdbc:h2:file:" + data.resolve("database") + ";TIME ZONE=UTC;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "datasources.h2.username", "sa",
            "datasources.h2.password", "",
            "datasources.h2.driver-class-name", "org.h2.Driver"));
        values.putAll(Map.of(
            "kestra.server-type", "STANDALONE",
            "kestra.queue.type", "h2",
            "kestra.repository.type", "h2",
            "kestra.storage.type", "local",
            "kestra.storage.local.base-path", data.resolve("storage").toString(),
            "kestra.tasks.tmp-dir.path", data.resolve("tmp").toString(),
            "kestra.url", "http://localhost:8080/",
            "kestra.variables.env-vars-prefix", "ENV_",
            "kestra.plugins.auto-install.enabled", false,
            "kestra.anonymous-usage-report.enabled", false));
        values.putAll(Map.of(
            "kestra.tutorial-flows.enabled", false,
            "kestra.encryption.secret-key", "0123456789abcdef0123456789abcdef",
            "kestra.jdbc.queues.min-poll-interval", "25ms",
            "kestra.jdbc.queues.max-poll-interval", "250ms",
            "kestra.server.service.purge.initial-delay", "1h",
            "kestra.server.service.purge.fixed-delay", "1d",
            // Worker and controller talk gRPC even inside one process.
            "kestra.controller.port", controller,
            "kestra.worker.controllers.type", "STATIC",
            "kestra.worker.controllers.static.endpoints", List.of(Map.of("host", "127.0.0.1", "port", controller))));
        System.getProperties().stringPropertyNames().stream()
            .filter(name -> name.startsWith("kestra."))
            .forEach(name -> values.put(name, System.getProperty(name)));
        return values;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
