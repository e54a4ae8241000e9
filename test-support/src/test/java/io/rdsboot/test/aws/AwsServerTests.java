package io.rdsboot.test.aws;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link AwsServer} below what the AWS SDK's clients show of it.
 */
class AwsServerTests {

	private final Set<Thread> before = Thread.getAllStackTraces().keySet();

	private final AwsServer server = new AwsServer(new AwsAccount("eu-west-1", AwsNames.newAccessKey(), false),
			(instant) -> Duration.between(instant, Instant.now()),
			new SecretsManagerApi(new SecretStore("eu-west-1", InstantSource.system()), new Permissions()));

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void threadsAreDaemonsAndEndWithTheServer() throws IOException {
		post("secretsmanager.GetSecretValue", "{}");
		Set<Thread> threads = threads();
		assertThat(threads).isNotEmpty().allMatch(Thread::isDaemon);
		this.server.close();
		assertThat(threads).allSatisfy((thread) -> {
			thread.join(20_000);
			assertThat(thread.isAlive()).isFalse();
		});
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> post("secretsmanager.GetSecretValue", "{}"));
	}

	private Set<Thread> threads() {
		Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
		started.removeAll(this.before);
		return started.stream()
			.filter((thread) -> thread.getName().startsWith("rds-local-aws") || thread.getName().startsWith("HTTP"))
			.collect(Collectors.toSet());
	}

	@Test
	void requestWhenNotSignedIsRefused() throws IOException {
		assertThat(post("secretsmanager.GetSecretValue", "{\"SecretId\":\"a\"}")).startsWith("400 ")
			.contains("MissingAuthenticationTokenException");
	}

	@Test
	void requestWhenForAnotherServiceIsNotFound() throws IOException {
		assertThat(post("DynamoDB_20120810.GetItem", "{}")).startsWith("404 ");
	}

	@Test
	void requestWhenTooLargeIsRefused() throws IOException {
		assertThat(post("secretsmanager.PutSecretValue", "x".repeat((1 << 20) + 1))).startsWith("413 ");
	}

	private String post(String target, String body) throws IOException {
		HttpURLConnection connection = (HttpURLConnection) this.server.uri().toURL().openConnection();
		connection.setConnectTimeout(5000);
		connection.setReadTimeout(5000);
		connection.setRequestProperty("X-Amz-Target", target);
		connection.setDoOutput(true);
		connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
		int status = connection.getResponseCode();
		return status + " " + new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
	}

}
