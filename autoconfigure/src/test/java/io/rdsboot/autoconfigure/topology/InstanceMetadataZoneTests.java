package io.rdsboot.autoconfigure.topology;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests of {@link InstanceMetadataZone} with a server that speaks the protocols of ECS
 * and EC2.
 */
class InstanceMetadataZoneTests {

	private static final String TASK = """
			{"Cluster": "default", "TaskARN": "arn:aws:ecs:us-east-1:123456789012:task/default/e01d58a8",
			"Containers": [{"Labels": {"AvailabilityZone": "nowhere-1z"}}], "AvailabilityZone": "us-east-1d"}""";

	private final Map<String, String> environment = new HashMap<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	@TempDir
	private Path machine;

	private HttpServer server;

	private volatile String task = TASK;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/v4/id/task", (exchange) -> answer(exchange, "GET", 200, this.task));
		this.server.createContext("/latest/api/token", (exchange) -> {
			boolean limited = "60"
				.equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds"));
			answer(exchange, "PUT", limited ? 200 : 400, "the token");
		});
		this.server.createContext("/latest/meta-data/placement/availability-zone", (exchange) -> {
			boolean known = "the token".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
			answer(exchange, "GET", known ? 200 : 401, known ? "us-east-1b" : "");
		});
		this.server.createContext("/silent/task", (exchange) -> {
			this.requests.add("silent");
			try {
				this.closing.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.closing.countDown();
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange, String method, int status, String text) throws IOException {
		this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
		byte[] body = text.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(exchange.getRequestMethod().equals(method) ? status : 405, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private String uri(String path) {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + path;
	}

	private InstanceMetadataZone zone() {
		return new InstanceMetadataZone(this.environment::get, this.machine);
	}

	private void onEc2() throws IOException {
		Files.writeString(this.machine.resolve("sys_vendor"), "Amazon EC2\n");
		this.environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", uri("/"));
	}

	@Test
	void zoneOfTaskIsThatOfItsMetadata() throws Exception {
		this.environment.put("ECS_CONTAINER_METADATA_URI_V4", uri("/v4/id"));
		assertThat(zone().canBeAsked()).isTrue();
		assertThat(zone().find()).isEqualTo("us-east-1d");
		assertThat(this.requests).containsExactly("GET /v4/id/task");
	}

	@Test
	void zoneOfInstanceIsAskedWithAToken() throws Exception {
		onEc2();
		assertThat(zone().canBeAsked()).isTrue();
		assertThat(zone().find()).isEqualTo("us-east-1b");
		assertThat(this.requests).containsExactly("PUT /latest/api/token",
				"GET /latest/meta-data/placement/availability-zone");
	}

	@Test
	void zoneOfTaskThatDoesNotTellItIsThatOfItsInstance() throws Exception {
		onEc2();
		this.environment.put("ECS_CONTAINER_METADATA_URI_V4", uri("/v4/id"));
		this.task = "{\"Cluster\": \"default\"}";
		assertThat(zone().find()).isEqualTo("us-east-1b");
	}

	@Test
	void bareMetalInstanceIsKnownByItsTag() throws Exception {
		Files.writeString(this.machine.resolve("sys_vendor"), "Amazon\n");
		assertThat(zone().canBeAsked()).isFalse();
		Files.writeString(this.machine.resolve("board_asset_tag"), "i-0abc123\n");
		assertThat(zone().canBeAsked()).isTrue();
	}

	@Test
	void machineOfNeitherIsNotAsked() throws Exception {
		this.environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", uri("/"));
		Files.writeString(this.machine.resolve("sys_vendor"), "QEMU\n");
		assertThat(zone().canBeAsked()).isFalse();
		assertThatIOException().isThrownBy(() -> zone().find());
		onEc2();
		this.environment.put("AWS_EC2_METADATA_DISABLED", "true");
		assertThat(zone().canBeAsked()).isFalse();
		assertThat(this.requests).isEmpty();
	}

	@Test
	void answerThatIsNoZoneIsRefused() {
		this.environment.put("ECS_CONTAINER_METADATA_URI_V4", uri("/v4/id"));
		for (String answer : List.of("<html>", "{\"AvailabilityZone\": \"us east\"}", "{}", "[]")) {
			this.task = answer;
			assertThatIOException().isThrownBy(() -> zone().find()).withMessageStartingWith("the metadata ");
		}
		this.environment.put("ECS_CONTAINER_METADATA_URI_V4", uri("/other"));
		assertThatIOException().isThrownBy(() -> zone().find()).withMessageEndingWith("answers with status 404");
		this.environment.put("ECS_CONTAINER_METADATA_URI_V4", "no uri");
		assertThatIOException().isThrownBy(() -> zone().find())
			.withMessageStartingWith("the address of the metadata is no URI");
	}

	@Test
	void silenceIsNotWaitedForLong() {
		this.environment.put("ECS_CONTAINER_METADATA_URI_V4", uri("/silent"));
		assertThatIOException().isThrownBy(() -> zone().find());
		assertThat(this.requests).containsExactly("silent");
	}

}
