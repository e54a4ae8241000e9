package io.rdsboot.move.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.aws.AwsConnectionDetails;
import io.rdsboot.autoconfigure.local.LocalAwsConnectionDetailsFactory;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsClusterBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the logins of a move that are not those of the configuration.
 */
@Timeout(120)
class MoveCredentialsTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Test
	void aSecretThatIsRotatedIsFollowedByTheSubscription() throws SQLException {
		try (LocalRdsCluster source = start(LocalRdsCluster.builder().secretsManager());
				LocalRdsCluster target = start(LocalRdsCluster.builder().tls())) {
			for (LocalRdsCluster each : new LocalRdsCluster[] { source, target }) {
				asAdministrator(each, "ALTER ROLE %s SUPERUSER REPLICATION".formatted(each.username()));
			}
			runner(source, target, source)
				.withPropertyValues("rds.move.source.credentials.type=secrets-manager",
						"rds.move.source.credentials.secret-id=" + source.secret().id())
				.run((context) -> {
					MoveSteps steps = context.getBean(MoveSteps.class);
					RdsMoveEndpoint endpoint = context.getBean(RdsMoveEndpoint.class);
					JdbcTemplate service = new JdbcTemplate(context.getBean(DataSource.class));
					service.execute("CREATE TABLE entry (id int PRIMARY KEY)");
					steps.take("schema", null);
					steps.take("copy", null);
					Awaitility.await().atMost(LIMIT).until(() -> {
						CopyProgress copy = endpoint.status().copy();
						return copy != null && copy.state() == CopyProgress.State.DONE;
					});
					rotate(source);
					awaitWritten(service, 1);
					awaitRow(target, 1);
				});
		}
	}

	@Test
	void theTargetsSecretThatIsRotatedAfterTheCutoverIsFollowedOnTheWayBack() throws SQLException {
		try (LocalRdsCluster source = start(LocalRdsCluster.builder().tls());
				LocalRdsCluster target = start(LocalRdsCluster.builder().secretsManager())) {
			for (LocalRdsCluster each : new LocalRdsCluster[] { source, target }) {
				asAdministrator(each, "ALTER ROLE %s SUPERUSER REPLICATION".formatted(each.username()));
			}
			runner(source, target, target)
				.withPropertyValues("rds.move.source.credentials.username=" + source.username(),
						"rds.move.source.credentials.password=" + source.password())
				.run((context) -> {
					assertThat(context).hasNotFailed();
					MoveSteps steps = context.getBean(MoveSteps.class);
					RdsMoveEndpoint endpoint = context.getBean(RdsMoveEndpoint.class);
					JdbcTemplate service = new JdbcTemplate(context.getBean(DataSource.class));
					service.execute("CREATE TABLE entry (id int PRIMARY KEY)");
					rotate(target);
					steps.take("schema", null);
					steps.take("copy", null);
					Awaitility.await().atMost(LIMIT).until(() -> {
						CopyProgress copy = endpoint.status().copy();
						return copy != null && copy.state() == CopyProgress.State.DONE;
					});
					steps.take("cutover", null);
					rotate(target);
					awaitWritten(service, 1);
					awaitRow(source, 1);
					steps.take("back", null);
					rotate(target);
					awaitWritten(service, 2);
					awaitRow(target, 2);
					steps.take("cutover", null);
					awaitWritten(service, 3);
					awaitRow(source, 3);
				});
		}
	}

	/** Rotates the secret, and ends all that has logged in with the former password. */
	private static void rotate(LocalRdsCluster cluster) throws SQLException {
		cluster.secret().rotate();
		asAdministrator(cluster, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'"
			.formatted(cluster.username()));
	}

	private static void awaitWritten(JdbcTemplate service, int id) {
		Awaitility.await()
			.atMost(LIMIT)
			.ignoreExceptions()
			.until(() -> service.update("INSERT INTO entry VALUES (?) ON CONFLICT DO NOTHING", id) >= 0);
	}

	private static void awaitRow(LocalRdsCluster cluster, int id) {
		JdbcTemplate jdbc = new JdbcTemplate(
				new DriverManagerDataSource("jdbc:postgresql://%s/%s".formatted(address(cluster), cluster.database()),
						cluster.username(), cluster.password()));
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> jdbc.queryForList("SELECT FROM entry WHERE id = ?", id).size() == 1);
	}

	@Test
	void theApplicationLogsInByTokensWhileAnotherLoginMoves() throws SQLException {
		try (LocalRdsCluster source = start(LocalRdsCluster.builder().iam());
				LocalRdsCluster target = start(LocalRdsCluster.builder().tls())) {
			asAdministrator(source, "CREATE ROLE mover LOGIN SUPERUSER REPLICATION PASSWORD 'moves'");
			runner(source, target, source)
				.withPropertyValues("rds.move.source.credentials.username=mover",
						"rds.move.source.credentials.password=moves", "rds.move.source.application.type=iam",
						"rds.move.source.application.username=" + source.username())
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(new JdbcTemplate(context.getBean(DataSource.class))
						.queryForMap("SELECT current_user::text AS login, current_setting('port') AS port"))
						.containsEntry("login", source.username())
						.containsEntry("port", String.valueOf(source.writer().port()));
				});
		}
	}

	private static LocalRdsCluster start(LocalRdsClusterBuilder builder) {
		return builder.readers(0)
			.parameter("wal_level", "logical")
			.parameter("wal_retrieve_retry_interval", "200ms")
			.start();
	}

	private static void asAdministrator(LocalRdsCluster cluster, String sql) throws SQLException {
		try (Connection connection = cluster.adminConnection(cluster.writer())) {
			new JdbcTemplate(new SingleConnectionDataSource(connection, true)).execute(sql);
		}
	}

	/**
	 * An application, which logs in on the target by its secret if that is the cluster
	 * whose AWS it calls.
	 */
	private static ApplicationContextRunner runner(LocalRdsCluster source, LocalRdsCluster target,
			LocalRdsCluster aws) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, RdsMoveAutoConfiguration.class))
			.withBean(AwsConnectionDetails.class,
					() -> Objects.requireNonNull(new LocalAwsConnectionDetailsFactory().getConnectionDetails(aws)))
			.withPropertyValues((aws == target)
					? new String[] { "rds.credentials.type=secrets-manager",
							"rds.credentials.secrets-manager.secret-id=" + target.secret().id() }
					: new String[] { "rds.credentials.username=" + target.username(),
							"rds.credentials.password=" + target.password() })
			.withPropertyValues("rds.writer=" + address(target), "rds.database=" + target.database(),
					"rds.move.source.address=" + address(source), "rds.move.source.database=" + source.database(),
					"management.endpoints.web.exposure.include=*");
	}

	private static String address(LocalRdsCluster cluster) {
		return cluster.writerAddress().host() + ":" + cluster.writerAddress().port();
	}

}
