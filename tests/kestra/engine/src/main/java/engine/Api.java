package engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kestra.core.serializers.JacksonMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** POST a JSON object, get a JSON answer: 200, or 422 with {"error": "…"} and the causes. */
final class Api {
    private static final ObjectMapper JSON = JacksonMapper.ofJson();

    private interface Call {
        Object answer(JsonNode request) throws Exception;
    }

    static int serve(Flows flows, Executions executions) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Map<String, Call> calls = Map.of(
            "/validate", flows::validate,
            "/load", flows::load,
            "/run", executions::run,
            "/get", executions::get,
            "/list", executions::list,
            "/restart", executions::restart,
            "/replay", executions::replay,
            "/kill", executions::kill,
            "/backfill", executions::backfill);
        calls.forEach((path, call) -> server.createContext(path, exchange -> handle(exchange, call)));
        server.start();
        return server.getAddress().getPort();
    }

    private static void handle(HttpExchange exchange, Call call) throws IOException {
        int status = 200;
        byte[] body;
        try {
            body = JSON.writeValueAsBytes(call.answer(JSON.readTree(exchange.getRequestBody())));
        } catch (Exception error) {
            status = 422;
            body = JSON.writeValueAsBytes(Map.of("error", causes(error)));
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String causes(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause)
            .limit(6)
            .map(cause -> cause.getClass().getSimpleName() + ": " + cause.getMessage())
            .collect(Collectors.joining("; "));
    }
}
