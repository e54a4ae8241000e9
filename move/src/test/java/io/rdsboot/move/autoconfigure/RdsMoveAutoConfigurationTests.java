package io.rdsboot.move.autoconfigure;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsHealthAutoConfiguration;
import io.rdsboot.autoconfigure.actuate.RdsMetricsAutoConfiguration;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.move.Side;
import io.rdsboot.move.assess.MoveAssessmentReport;
import io.rdsboot.move.assess.MoveFinding;
import io.rdsboot.move.control.DatabaseMove;
import io.rdsboot.move.control.MoveRefusedException;
import io.rdsboot.move.control.MoveStatus;
import io.rdsboot.move.control.MoveStatus.Stage;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.read.MoveKeyResolver;
import io.rdsboot.move.read.ReadShare;
import io.rdsboot.move.shadow.ShadowListener;
import io.rdsboot.move.shadow.ShadowOutcome;
import io.rdsboot.move.state.InstanceState;
import io.rdsboot.move.verify.MoveVerificationReport;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link RdsMoveAutoConfiguration}: one move, step by step.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RdsMoveAutoConfigurationTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Logger logger = LoggerFactory.getLogger(RdsMoveAutoConfigurationTests.class);

	private static LocalRdsMove move;

	@BeforeAll
	static void start() {
		move = LocalRdsMove.builder().start();
		new JdbcTemplate(move.source().applicationDataSource())
			.execute("CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)");
	}

	@AfterAll
	static void stop() {
		move.close();
	}

	private static List<String> properties(LocalRdsMoveDatabase source) {
		List<String> properties = new ArrayList<>(target());
		properties.add("rds.move.source.address=" + address(source));
		properties.add("rds.move.source.database=" + source.cluster().database());
		properties.add("rds.move.source.credentials.username=" + source.moverUsername());
		properties.add("rds.move.source.credentials.password=" + source.moverPassword());
		properties.add("rds.move.source.application.username=" + source.cluster().username());
		properties.add("rds.move.source.application.password=" + source.cluster().password());
		return properties;
	}

	private static List<String> target() {
		LocalRdsMoveDatabase target = move.target();
		return List.of("rds.writer=" + address(target), "rds.database=" + target.cluster().database(),
				"rds.credentials.username=" + target.cluster().username(),
				"rds.credentials.password=" + target.cluster().password(),
				"rds.move.target.credentials.username=" + target.moverUsername(),
				"rds.move.target.credentials.password=" + target.moverPassword(),
				"management.endpoints.web.exposure.include=*", "spring.application.name=shop");
	}

	private static String address(LocalRdsMoveDatabase database) {
		return database.address().host() + ":" + database.address().port();
	}

	private static ApplicationContextRunner runner(List<String> properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					RdsMetricsAutoConfiguration.class, RdsHealthAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, RdsMoveAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues(properties.toArray(String[]::new));
	}

	@Test
	@Order(1)
	void nothingMovesByDefault() {
		runner(target()).run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(DatabaseMove.class)
			.doesNotHaveBean(RdsMoveEndpoint.class));
	}

	@Test
	@Order(1)
	void whatIsMissingIsNamed() {
		List<String> properties = new ArrayList<>(target());
		properties.add("rds.move.source.address=old.example.com");
		runner(properties).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(InvalidRdsConfigurationException.class)
			.hasMessageContaining("rds.move.source.credentials.username")
			.hasMessageContaining("rds.move.source.credentials.password"));
	}

	@ParameterizedTest
	@Order(1)
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					credentials.type=iam credentials.username=mover | credentials.type | a token is valid for 15 minutes
					credentials.type=secrets-manager | credentials.secret-id | It is needed for the type 'secrets-manager'
					credentials.type=secrets-manager credentials.username=b | credentials.username | User name and password come from the secret
					credentials.type=secrets-manager credentials.secret-id=a | credentials.type | It needs the AWS SDK
					credentials.secret-id=a | credentials.secret-id | It is set, and the type is 'password'
					credentials.username=a credentials.password=b application.type=iam | application.username | It is needed for the type 'iam'
					""")
	void aLoginThatCannotBeIsRefused(String given, String key, String message) {
		List<String> properties = new ArrayList<>(target());
		properties.add("rds.move.source.address=old.example.com");
		for (String each : given.split(" ")) {
			properties.add("rds.move.source." + each);
		}
		runner(properties).withClassLoader(new FilteredClassLoader("software.amazon.awssdk"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessageContaining("rds.move.source." + key)
				.hasMessageContaining(message));
	}

	@Test
	@Order(1)
	void theSourceMayBeTheTargetByMistake() {
		runner(properties(move.target()))
			.run((context) -> assertThat(context.getBean(DatabaseMove.class).assess().findings())
				.extracting(MoveFinding::check)
				.contains("one-server"));
	}

	@Test
	@Order(1)
	void aServiceStartsWithoutATargetThatNothingHasMovedTo() {
		move.target().suspend();
		try {
			runner(properties(move.source())).run((context) -> {
				assertThat(new JdbcTemplate(context.getBean(DataSource.class)).update("DELETE FROM entry")).isZero();
				for (String each : List.of("rdsMoveHealthIndicator", "rdsWriterHealthIndicator",
						"rdsReadinessHealthIndicator")) {
					Health health = context.getBean(each, HealthIndicator.class).health();
					assertThat(health.getStatus()).as(each).isEqualTo(Status.UP);
					assertThat(health.getDetails()).as(each).containsEntry("writtenTo", "source");
				}
			});
		}
		finally {
			move.target().resume();
		}
	}

	@Test
	@Order(1)
	void aStepThatIsNotDueFailsTheStart() {
		assertThatThrownBy(() -> start("--rds.move.step=cutover")).isInstanceOf(MoveRefusedException.class)
			.hasMessage("Step 'cutover' is not taken in stage NOT_BEGUN, but in [SOURCE_WRITES]");
		assertThatThrownBy(() -> start("--rds.move.step=jump")).isInstanceOf(IllegalArgumentException.class)
			.hasMessage(
					"A move has no step 'jump'; its steps are schema, copy, cancel, verify, shadow, read, cutover, back, finish");
	}

	@Test
	@Order(2)
	void theEndpointTakesTheStepsAndTheServiceFollows() {
		String[] user = { "anna" };
		Queue<ShadowOutcome> outcomes = new ConcurrentLinkedQueue<>();
		ShadowListener listener = new ShadowListener() {
			@Override
			public void ended(ShadowOutcome outcome) {
				outcomes.add(outcome);
			}
		};
		runner(properties(move.source())).withBean(MoveKeyResolver.class, () -> () -> user[0])
			.withBean(ShadowListener.class, () -> listener)
			.run((context) -> {
				RdsMoveEndpoint endpoint = context.getBean(RdsMoveEndpoint.class);
				JdbcTemplate service = new JdbcTemplate(context.getBean(DataSource.class));
				assertThat(endpoint.status().stage()).isEqualTo(Stage.NOT_BEGUN);
				assertThat(endpoint.ask("assess")).isInstanceOfSatisfying(MoveAssessmentReport.class,
						(report) -> assertThat(report.isReady()).as(report.toString()).isTrue());
				assertThat(take(endpoint, "verify", null)).isEqualTo(409);
				service.update("INSERT INTO entry (name) VALUES ('before')");
				assertThat(foreignSessions(endpoint)).isEmpty();
				try (Connection without = move.source().applicationDataSource().getConnection()) {
					without.setClientInfo("ApplicationName", "without the move");
					assertThat(foreignSessions(endpoint)).singleElement()
						.asString()
						.contains("1 session of role '%s' (application name 'without the move') in the source"
							.formatted(move.source().cluster().username()));
				}
				assertThat(take(endpoint, "schema", null)).isEqualTo(200);
				assertThat(take(endpoint, "copy", null)).isEqualTo(200);
				Awaitility.await().atMost(LIMIT).until(() -> {
					CopyProgress copy = endpoint.status().copy();
					return copy != null && copy.state() == CopyProgress.State.DONE;
				});
				assertThat(take(endpoint, "verify", null)).isEqualTo(200);
				Awaitility.await()
					.atMost(LIMIT)
					.untilAsserted(() -> assertThat(endpoint.ask("verify")).isInstanceOfSatisfying(
							MoveVerificationReport.class,
							(report) -> assertThat(report.isEqual()).as(report.toString()).isTrue()));
				assertThat(take(endpoint, "read", null)).isEqualTo(400);
				assertThat(take(endpoint, "finish", null)).isEqualTo(409);
				assertThat(take(endpoint, "read", "50")).isEqualTo(200);
				TransactionTemplate reading = new TransactionTemplate(
						context.getBean(PlatformTransactionManager.class));
				reading.setReadOnly(true);
				for (String each : List.of("anna", "bert", "cora", "dora")) {
					user[0] = each;
					String side = ReadShare.ofPercent("50").includes(each) ? address(move.target())
							: address(move.source());
					Awaitility.await()
						.atMost(LIMIT)
						.untilAsserted(() -> assertThat(server(reading, service)).isEqualTo(server(side)));
				}
				assertThat(take(endpoint, "read", "0")).isEqualTo(200);
				assertThat(take(endpoint, "shadow", "100")).isEqualTo(200);
				JdbcTemplate mover = new JdbcTemplate(move.target().moverDataSource());
				mover.execute("SET session_replication_role = replica; "
						+ "INSERT INTO entry (id, name) OVERRIDING SYSTEM VALUE VALUES (1000000, 'planted')");
				Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
					reading.execute((status) -> service.queryForObject("SELECT count(*) FROM entry", Integer.class));
					assertThat(outcomes).contains(ShadowOutcome.DIFFERENT);
				});
				mover.execute("SET session_replication_role = replica; DELETE FROM entry WHERE name = 'planted'");
				assertThat(take(endpoint, "cutover", null)).isEqualTo(200);
				assertThat(context.getBean("rdsMoveHealthIndicator", HealthIndicator.class).health().getDetails())
					.containsEntry("writtenTo", "target");
				assertThat(context.getBean("rdsWriterHealthIndicator", HealthIndicator.class).health().getDetails())
					.containsKey("instance");
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				context.getBean(MoveMetrics.class).bindTo(meters);
				assertThat(meters.get("rds.move.writer").tag("side", "target").gauge().value()).isEqualTo(1);
				assertThat(meters.get("rds.move.writer").tag("side", "source").gauge().value()).isZero();
				assertThat(meters.get("rds.move.writes.waiting").gauge().value()).isZero();
				for (LocalRdsMoveDatabase each : List.of(move.source(), move.target())) {
					assertThat(meters.get("hikaricp.connections").tag("pool", address(each)).gauge().value())
						.isPositive();
				}
				MoveStatus after = endpoint.status();
				assertThat(after.writer()).isEqualTo(Side.TARGET);
				assertThat(after.instances()).extracting(InstanceState::id).anyMatch((id) -> id.startsWith("shop "));
				service.update("INSERT INTO entry (name) VALUES ('after')");
				assertThat(new JdbcTemplate(move.target().applicationDataSource())
					.queryForList("SELECT name FROM entry ORDER BY id", String.class))
					.containsExactly("before", "after");
			});
	}

	private static List<MoveFinding> foreignSessions(RdsMoveEndpoint endpoint) throws SQLException {
		return ((MoveAssessmentReport) Objects.requireNonNull(endpoint.ask("assess"))).findings()
			.stream()
			.filter((finding) -> finding.check().equals("foreign-sessions"))
			.toList();
	}

	private static String server(TransactionTemplate reading, JdbcTemplate service) {
		return reading.execute((status) -> service.queryForObject("SELECT current_setting('port')", String.class));
	}

	private static String server(String address) {
		LocalRdsMoveDatabase database = address.equals(address(move.source())) ? move.source() : move.target();
		return String.valueOf(database.cluster().writer().port());
	}

	private static int take(RdsMoveEndpoint endpoint, String step, String share) throws Exception {
		WebEndpointResponse<Object> response = endpoint.take(step, (share != null) ? new BigDecimal(share) : null);
		logger.info("Step {}: {}", step, response.getBody());
		return response.getStatus();
	}

	@Test
	@Order(3)
	void aServiceStartsWithoutTheSideThatIsNotWrittenTo() {
		move.source().suspend();
		try {
			runner(properties(move.source())).run((context) -> new JdbcTemplate(context.getBean(DataSource.class))
				.update("INSERT INTO entry (name) VALUES ('without the source')"));
		}
		finally {
			move.source().resume();
		}
		assertThat(new JdbcTemplate(move.target().applicationDataSource())
			.update("DELETE FROM entry WHERE name = 'without the source'")).isEqualTo(1);
	}

	@Test
	@Order(4)
	void theCommandTakesAStepAndEndsTheApplication() {
		try (ConfigurableApplicationContext application = start("--rds.move.step=finish")) {
			assertThat(application.isActive()).isFalse();
		}
		runner(properties(move.source())).run((context) -> {
			assertThat(context.getBean(DatabaseMove.class).status().stage()).isEqualTo(Stage.FINISHED);
			new JdbcTemplate(context.getBean(DataSource.class)).update("INSERT INTO entry (name) VALUES ('later')");
		});
		assertThat(new JdbcTemplate(move.target().applicationDataSource())
			.queryForList("SELECT name FROM entry ORDER BY id", String.class))
			.containsExactly("before", "after", "later");
	}

	private static ConfigurableApplicationContext start(String step) {
		List<String> arguments = new ArrayList<>(List.of(step, "--spring.main.web-application-type=none"));
		properties(move.source()).forEach((property) -> arguments.add("--" + property));
		return new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, RdsMoveAutoConfiguration.class })
	static class Application {

	}

}
