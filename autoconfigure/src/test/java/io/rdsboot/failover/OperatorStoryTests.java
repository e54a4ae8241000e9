package io.rdsboot.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.test.RotationStep;
import io.rdsboot.test.RotationStrategy;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what an operator reads in the log of a real application under load, as Spring
 * Boot logs by default: each event is told in a few lines, with an end.
 */
@ExtendWith(OutputCaptureExtension.class)
class OperatorStoryTests {

	private static final int THREADS = 8;

	/**
	 * A line of Spring Boot's log: level and message.
	 */
	private static final Pattern LINE = Pattern
		.compile("\\S+ +(?<level>TRACE|DEBUG|INFO|WARN|ERROR) \\d+ --- .*?\\] \\S+ +: (?<message>.*)");

	@Test
	void crashOfTheWriterWithAPromotion(CapturedOutput output) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start()) {
			ServiceUnderLoad.waitForOneReader(cluster);
			LocalRdsInstance writer = cluster.writer();
			AtomicReference<LocalRdsInstance> promoted = new AtomicReference<>();
			List<String> story = story(cluster, output, (context, load) -> {
				cluster.crash(writer);
				// The other reader would have more to tell if it had received more.
				promoted.set(cluster.failover());
				load.awaitProgress();
				cluster.restart(writer);
				awaitRole(context, writer, InstanceRole.READER);
				load.awaitProgress();
			});
			String former = "127\\.0\\.0\\.1:" + writer.port();
			String present = "127\\.0\\.0\\.1:" + promoted.get().port();
			assertThat(story).hasSizeBetween(3, 7)
				.allSatisfy((line) -> assertThat(line).matches("(WARN Instance " + former
						+ ", (the writer|a reader|whose role is not known), cannot be reached: .+"
						+ "|WARN \\d+ connections? to instance " + former + " lost in use: .+" + "|WARN Instance "
						+ former + " does not answer: \\d+ connections are given up, \\d+ of them in use"
						+ "|INFO Instance " + present + " is the writer now, and " + former
						+ " no longer is: for \\d+ ms there was none" + "|INFO Instance " + former
						+ ", (a reader|whose role is not known), can be reached again|INFO Instance " + former
						+ " is a reader now)"));
			assertThat(story)
				.anySatisfy((line) -> assertThat(line)
					.matches("INFO Instance " + present + " is the writer now, and " + former + " no longer is: .+"))
				.anySatisfy((line) -> assertThat(line).contains("lost in use"));
		}
	}

	/**
	 * The outage lasts longer than writes wait for a writer, so that work on indexes
	 * fails, too.
	 */
	@Test
	void longOutageOfTheWriterOfAServiceWithManyVectorIndexes(CapturedOutput output) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start()) {
			ServiceUnderLoad.waitForOneReader(cluster);
			LocalRdsInstance writer = cluster.writer();
			List<String> arguments = new ArrayList<>(passwordOf(cluster));
			arguments.addAll(List.of("--spring.flyway.enabled=true", "--rds.failover.timeout=1s"));
			for (String repository : List.of("articles", "pictures", "products")) {
				String prefix = "--rds.vector.repositories." + repository + ".";
				arguments.addAll(List.of(prefix + "dimensions=3", prefix + "text-search=english",
						prefix + "keys.tenant=text", prefix + "index.hot-filters=tenant = 'a',tenant = 'b'"));
			}
			try (Connection admin = cluster.adminConnection(writer); Statement statement = admin.createStatement()) {
				statement.execute("CREATE EXTENSION vector SCHEMA public");
			}
			AtomicReference<LocalRdsInstance> promoted = new AtomicReference<>();
			List<String> story = story(cluster, output, (context, load) -> {
				VectorIndexManager indexes = context.getBean(VectorIndexManager.class);
				assertThat(indexes.status()).hasSizeGreaterThan(12);
				cluster.crash(writer);
				awaitIndexes(indexes,
						(states) -> states.contains(State.FAILED) && !states.contains(State.WAITING_FOR_DATA));
				promoted.set(cluster.failover());
				load.awaitProgress();
				indexes.lookNow();
				awaitIndexes(indexes, (states) -> !states.contains(State.FAILED));
				cluster.restart(writer);
				awaitRole(context, writer, InstanceRole.READER);
				load.awaitProgress();
			}, arguments.toArray(String[]::new));
			String former = "127.0.0.1:" + writer.port();
			String present = "127.0.0.1:" + promoted.get().port();
			assertThat(story).hasSizeBetween(3, 10)
				.allSatisfy((line) -> assertThat(line).contains(former))
				.first()
				.asString()
				.startsWith("WARN Instance " + former + ", the writer, cannot be reached: ");
			assertThat(story).filteredOn((line) -> line.matches(Pattern
				.quote("INFO Instance " + present + " is the writer now, and " + former + " no longer is: for ")
					+ "\\d+ ms there was none"))
				.hasSize(1);
			assertThat(story)
				.filteredOn((line) -> line
					.matches("WARN \\d+ connections? to instance " + Pattern.quote(former) + " lost in use: .+"))
				.hasSize(1);
		}
	}

	@Test
	void crashOfAReader(CapturedOutput output) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start()) {
			LocalRdsInstance reader = cluster.readers().get(0);
			List<String> story = story(cluster, output, (context, load) -> {
				cluster.crash(reader);
				load.awaitProgress();
				cluster.restart(reader);
				awaitRole(context, reader, InstanceRole.READER);
				load.awaitProgress();
			});
			String crashed = "127\\.0\\.0\\.1:" + reader.port();
			assertThat(story).hasSizeBetween(2, 5)
				.allSatisfy((line) -> assertThat(line)
					.matches("(WARN Instance " + crashed + ", a reader, cannot be reached: .+"
							+ "|WARN \\d+ connections? to instance " + crashed + " lost in use: .+" + "|WARN Instance "
							+ crashed + " does not answer: \\d+ connections are given up, \\d+ of them in use"
							+ "|INFO Instance " + crashed + ", a reader, can be reached again)"));
			// The losses of a second are told together, which may be later.
			assertThat(story).filteredOn((line) -> !line.contains("lost in use"))
				.last()
				.asString()
				.startsWith("INFO ")
				.endsWith("can be reached again");
		}
	}

	@Test
	void rotationOfTheSecret(CapturedOutput output, @TempDir Path directory) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).secretsManager().start()) {
			String current = cluster.secret().currentVersionId();
			List<String> story = story(cluster, output, (context, load) -> {
				cluster.secret().rotate(RotationStep.CREATE_SECRET);
				cluster.secret().rotate(RotationStep.SET_SECRET);
				try (Connection admin = cluster.adminConnection(cluster.writer());
						Statement statement = admin.createStatement()) {
					statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
							+ cluster.username() + "' AND application_name NOT LIKE '%monitor'");
				}
				Awaitility.await().until(() -> output.getOut().contains("is tried with version"));
				load.awaitProgress();
				cluster.secret().rotate(RotationStep.TEST_SECRET);
				cluster.secret().rotate(RotationStep.FINISH_SECRET);
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> output.getOut().contains("was rotated: version"));
			}, secretsManager(cluster, directory));
			String rotated = cluster.secret().currentVersionId();
			String address = cluster.writerAddress().host() + ":" + cluster.writerAddress().port();
			assertThat(story).filteredOn((line) -> !line.contains("lost in use"))
				.hasSize(2)
				.startsWith("INFO A login at " + address + " was refused, and is tried with version " + rotated
						+ " of secret " + cluster.secret().id() + " (AWSPENDING)")
				.last()
				.asString()
				.matches("INFO Secret " + cluster.secret().id() + " was rotated: version " + rotated
						+ " is current now, and " + current + " no longer is, \\d+ ms after it was first refused");
			assertThat(story).hasSizeLessThanOrEqualTo(4);
		}
	}

	@Test
	void rotationInWhichNoLoginIsRefusedIsOneLine(CapturedOutput output, @TempDir Path directory) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder()
			.readers(0)
			.secretsManager(RotationStrategy.ALTERNATING_USERS)
			.start()) {
			List<String> story = story(cluster, output, (context, load) -> {
				for (RotationStep step : RotationStep.values()) {
					cluster.secret().rotate(step);
				}
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.until(() -> output.getOut().contains("was rotated: version"));
				load.awaitProgress();
			}, secretsManager(cluster, directory));
			assertThat(story).singleElement()
				.asString()
				.matches("INFO Secret .+ was rotated: version .+ is current now, and [^ ]+ no longer is");
		}
	}

	@Test
	void orderlyEndUnderLoadIsNoAlarm(CapturedOutput output) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start()) {
			List<String> story = story(cluster, output, (context, load) -> {
				load.awaitProgress();
				context.close();
			});
			assertThat(story).noneMatch((line) -> line.startsWith("WARN ") || line.startsWith("ERROR "));
		}
	}

	private static String[] secretsManager(LocalRdsCluster cluster, Path directory) throws IOException {
		return new String[] { "--rds.writer=" + cluster.writerAddress().host() + ":" + cluster.writerAddress().port(),
				"--rds.credentials.type=secrets-manager",
				"--rds.credentials.secrets-manager.secret-id=" + cluster.secret().id(),
				"--rds.credentials.secrets-manager.refresh-interval=5s", "--rds.pool.connection-timeout=20s",
				"--rds.topology.timeout=10s", "--rds.aws.endpoint=" + cluster.aws().endpoint(),
				"--rds.aws.region=" + cluster.aws().region(), "--rds.tls.mode=verify-full",
				"--rds.tls.certificate-authorities=" + authority(cluster, directory).toUri() };
	}

	private static List<String> passwordOf(LocalRdsCluster cluster) {
		return List.of("--rds.writer=127.0.0.1:" + cluster.writer().port(),
				"--rds.credentials.username=" + cluster.username(), "--rds.credentials.password=" + cluster.password());
	}

	private static Path authority(LocalRdsCluster cluster, Path directory) throws IOException {
		return Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
	}

	private static void awaitRole(ConfigurableApplicationContext context, LocalRdsInstance instance,
			InstanceRole role) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> context.getBean(TopologyProvider.class)
				.topology()
				.instances()
				.stream()
				.anyMatch((state) -> state.instance().address().port() == instance.port() && state.role() == role
						&& state.reachable()));
	}

	private static void awaitIndexes(VectorIndexManager indexes, Predicate<Set<State>> condition) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> condition
				.test(indexes.status().stream().map(VectorIndexStatus::state).collect(Collectors.toSet())));
	}

	/**
	 * Runs a scenario in an application, and returns what it logged meanwhile.
	 */
	private static List<String> story(LocalRdsCluster cluster, CapturedOutput output, Scenario scenario,
			String... properties) throws Exception {
		List<String> arguments = new ArrayList<>(List.of(
				"--rds.readers=" + cluster.readers()
					.stream()
					.map((reader) -> "127.0.0.1:" + reader.port())
					.collect(Collectors.joining(",")),
				"--rds.database=" + cluster.database(), "--logging.level.io.rdsboot.test=off"));
		arguments.addAll((properties.length > 0) ? List.of(properties) : passwordOf(cluster));
		if (!arguments.contains("--spring.flyway.enabled=true")) {
			arguments.add("--spring.flyway.enabled=false");
		}
		SpringApplicationBuilder application = new SpringApplicationBuilder(Service.class).web(WebApplicationType.NONE);
		if (cluster.hasAws()) {
			System.setProperty("aws.accessKeyId", cluster.aws().accessKeyId());
			System.setProperty("aws.secretAccessKey", cluster.aws().secretAccessKey());
		}
		try (ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new));
				ServiceLoad load = new ServiceLoad(context.getBean(JdbcTemplate.class),
						context.getBean(PlatformTransactionManager.class), THREADS)) {
			load.awaitProgress();
			context.getBeanProvider(VectorIndexManager.class)
				.ifAvailable((indexes) -> awaitIndexes(indexes,
						(states) -> !states.contains(State.PENDING) && !states.contains(State.BUILDING)));
			int begin = output.getOut().length();
			scenario.run(context, load);
			return output.getOut().substring(begin).lines().map(OperatorStoryTests::told).toList();
		}
		finally {
			System.clearProperty("aws.accessKeyId");
			System.clearProperty("aws.secretAccessKey");
		}
	}

	/**
	 * Returns level and message, or what is no such line, as a stack trace is not.
	 */
	private static String told(String line) {
		Matcher matcher = LINE.matcher(line);
		return matcher.matches() ? matcher.group("level") + " " + matcher.group("message") : line;
	}

	private interface Scenario {

		void run(ConfigurableApplicationContext context, ServiceLoad load) throws Exception;

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Service {

	}

}
