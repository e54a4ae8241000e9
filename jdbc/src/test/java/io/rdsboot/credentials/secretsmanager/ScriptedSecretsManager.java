package io.rdsboot.credentials.secretsmanager;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Endpoint that answers for each stage of a secret as it is told, in AWS's own form.
 */
public final class ScriptedSecretsManager implements AutoCloseable {

	private final HttpServer server;

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final AtomicInteger requests = new AtomicInteger();

	private volatile CountDownLatch released = new CountDownLatch(0);

	public ScriptedSecretsManager() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	public URI endpoint() {
		return URI.create("http://localhost:" + this.server.getAddress().getPort());
	}

	/**
	 * Answer for a stage with an error.
	 */
	public void refuse(String stage, int status, String code, String message) {
		this.answers.put(stage, new Answer(status, "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(code, message)));
	}

	/**
	 * Answer for a stage with a member of the response, such as
	 * {@code "SecretString":"{}"}.
	 */
	public void answer(String stage, String member) {
		this.answers.put(stage,
				new Answer(200,
						"""
								{"ARN":"arn:aws:secretsmanager:us-east-1:1:secret:app","Name":"app","VersionId":"%s","VersionStages":["%s"],%s}"""
							.formatted(stage.toLowerCase(java.util.Locale.ROOT), stage, member)));
	}

	/**
	 * Answer for a stage with a login.
	 */
	public void login(String stage, String username, String password) {
		answer(stage, "\"SecretString\":\"{\\\"username\\\":\\\"%s\\\",\\\"password\\\":\\\"%s\\\"}\""
			.formatted(username, password));
	}

	/**
	 * Keep those who ask from now on waiting, one after the other.
	 */
	public void hold() {
		this.released = new CountDownLatch(1);
	}

	/**
	 * Answer those who wait, and those who ask from now on.
	 */
	public void release() {
		this.released.countDown();
	}

	/**
	 * Return how many requests have arrived.
	 */
	public int requests() {
		return this.requests.get();
	}

	/**
	 * Return a client of the AWS SDK that asks once.
	 */
	public SecretsManagerClient client() {
		return SecretsManagerClient.builder()
			.endpointOverride(endpoint())
			.region(Region.US_EAST_1)
			.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
			.httpClientBuilder(UrlConnectionHttpClient.builder())
			.overrideConfiguration((configuration) -> configuration.retryStrategy((retry) -> retry.maxAttempts(1))
				.apiCallTimeout(Duration.ofSeconds(30)))
			.build();
	}

	private void handle(HttpExchange exchange) throws IOException {
		this.requests.incrementAndGet();
		awaitRelease();
		String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		Answer answer = this.answers.entrySet()
			.stream()
			.filter((entry) -> request.contains("\"" + entry.getKey() + "\""))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseGet(() -> new Answer(400, """
					{"__type":"ResourceNotFoundException","message":"There is none."}"""));
		byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
		exchange.sendResponseHeaders(answer.status(), body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private void awaitRelease() {
		try {
			this.released.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		release();
		this.server.stop(0);
	}

	private record Answer(int status, String body) {

	}

}
