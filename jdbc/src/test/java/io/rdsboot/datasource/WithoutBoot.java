package io.rdsboot.datasource;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.credentials.secretsmanager.SecretsManagerCredentialsProvider;
import io.rdsboot.routing.RdsExceptionTranslator;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Program that routes without Spring Boot, as {@code routing-without-boot.md} shows it:
 * each paragraph of that page's Java stands here. Its class path has nothing but the
 * module, what it depends on, and what the page adds.
 */
final class WithoutBoot {

	private final String writer = System.getenv("PROGRAM_WRITER");

	private final String reader = System.getenv("PROGRAM_READER");

	private final String username = System.getenv("PROGRAM_USERNAME");

	private final String password = System.getenv("PROGRAM_PASSWORD");

	private final String secretId = System.getenv("PROGRAM_SECRET");

	private final Path path = Path.of(System.getenv("PROGRAM_AUTHORITIES"));

	private final MeterRegistry registry = new SimpleMeterRegistry();

	/**
	 * Run the program.
	 * @param arguments where the login comes from
	 */
	public static void main(String... arguments) throws Exception {
		WithoutBoot program = new WithoutBoot();
		switch (arguments[0]) {
			case "password" -> {
				program.loadDriver();
				program.password();
				program.grouped();
				program.measured();
			}
			case "secret" -> program.new WithAws().secret();
			default -> program.new WithAws().iam();
		}
		System.out.println("done");
	}

	/**
	 * Loads what a login needs, so that on a busy machine no login takes longer than it
	 * may.
	 */
	private void loadDriver() throws SQLException {
		DriverManager.getConnection("jdbc:postgresql://" + writer + "/app", username, password).close();
	}

	private void password() throws SQLException {
		RdsDataSource dataSource = RdsDataSource.builder()
			.writer(writer)
			.reader(reader)
			.database("app")
			.credentials(username, password)
			.build();
		try (dataSource) {
			JdbcClient.create(dataSource).sql("CREATE TABLE IF NOT EXISTS orders (total integer)").update();
			use(dataSource);
		}
	}

	@SuppressWarnings("try")
	private void use(DataSource dataSource) throws SQLException {
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		transactionManager.setExceptionTranslator(new RdsExceptionTranslator(dataSource));
		JdbcClient jdbc = JdbcClient.create(dataSource);

		TransactionTemplate writing = new TransactionTemplate(transactionManager);
		writing.executeWithoutResult((status) -> jdbc.sql("INSERT INTO orders (total) VALUES (42)").update());

		TransactionTemplate reading = new TransactionTemplate(transactionManager);
		reading.setReadOnly(true);
		Integer total = reading
			.execute((status) -> jdbc.sql("SELECT sum(total) FROM orders").query(Integer.class).single());
		require(total == 42, "the read sees the write before it, and not " + total);

		try (Connection connection = dataSource.getConnection()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("SELECT sum(total) FROM orders")) {
				rows.next();
			}
			connection.commit();
		}

		try (ConsistencySession.Binding binding = ConsistencySession.open().bind()) {
			writing.executeWithoutResult((status) -> jdbc.sql("INSERT INTO orders (total) VALUES (7)").update());
			total = reading
				.execute((status) -> jdbc.sql("SELECT sum(total) FROM orders").query(Integer.class).single());
		}
		require(total == 49, "the session reads its own write, and not " + total);
		require(served(reading, jdbc, "SELECT pg_is_in_recovery()"), "a reader serves reads");
	}

	/**
	 * Return whether a query soon answers with true, in a read-only transaction.
	 */
	private static boolean served(TransactionTemplate reading, JdbcClient jdbc, String query) {
		long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (System.nanoTime() - end < 0) {
			Boolean answer = reading.execute((status) -> jdbc.sql(query).query(Boolean.class).single());
			if (Boolean.TRUE.equals(answer)) {
				return true;
			}
		}
		return false;
	}

	private void grouped() {
		InstancePlacement placement = InstancePlacement.NONE.withGroup("reports", Set.of(InstanceAddress.parse(reader)))
			.withOwnZone("us-east-1a")
			.withZone(InstanceAddress.parse(reader), "us-east-1a");
		RdsDataSource grouped = RdsDataSource.builder()
			.writer(writer)
			.reader(reader)
			.database("app")
			.credentials(username, password)
			.routing((routing) -> routing.placements(new InstancePlacements(placement)))
			.build();
		try (grouped) {
			TransactionTemplate reading = new TransactionTemplate(new JdbcTransactionManager(grouped));
			reading.setReadOnly(true);
			JdbcClient jdbc = JdbcClient.create(grouped);
			Reads.from("reports",
					() -> require(served(reading, jdbc, "SELECT pg_is_in_recovery()"), "the group serves its reads"));
			require(served(reading, jdbc, "SELECT NOT pg_is_in_recovery()"), "the writer serves the others");
		}
	}

	private void measured() {
		RdsDataSource dataSource = RdsDataSource.builder()
			.writer(writer)
			.database("app")
			.credentials(username, password)
			.pool((config, instance, role) -> config.setMetricRegistry(registry))
			.routing((routing) -> routing
				.listener((decision) -> registry.counter("routing.decisions", "reason", decision.reason().name())
					.increment()))
			.build();
		try (dataSource) {
			JdbcClient.create(dataSource).sql("SELECT 1").query(Integer.class).single();
			require(registry.get("routing.decisions").counter().count() == 1, "decisions are counted");
			require(!registry.get("hikaricp.connections.max").gauges().isEmpty(), "the pool is measured");
		}
	}

	private static void require(boolean condition, String expectation) {
		if (!condition) {
			throw new IllegalStateException("Expected that " + expectation);
		}
	}

	/**
	 * What needs the AWS SDK on the class path.
	 */
	final class WithAws {

		void secret() {
			SecretsManagerCredentialsProvider credentials = SecretsManagerCredentialsProvider
				.builder(SecretsManagerClient.create(), secretId)
				.build();
			try (credentials;
					RdsDataSource dataSource = RdsDataSource.builder()
						.writer(writer)
						.database("app")
						.credentials(credentials)
						.startupTimeout(Duration.ofMinutes(1))
						.build()) {
				JdbcClient.create(dataSource).sql("SELECT 1").query(Integer.class).single();
			}
		}

		void iam() {
			try (IamCredentialsProvider credentials = IamCredentialsProvider
				.builder(DefaultCredentialsProvider.builder().build(), username)
				.build();
					RdsDataSource cluster = RdsDataSource.builder()
						.writer(writer)
						.reader(reader)
						.database("app")
						.credentials(credentials)
						.tls(TlsSettings.trusting(path))
						.pool((config, instance, role) -> config
							.setMaximumPoolSize((role == InstanceRole.READER) ? 20 : 10))
						.monitoring((monitor) -> monitor.pollInterval(Duration.ofMillis(250)))
						.routing((routing) -> routing.maxLag(Duration.ofSeconds(1)))
						.startupTimeout(Duration.ofMinutes(1))
						.build()) {
				JdbcClient.create(cluster).sql("SELECT 1").query(Integer.class).single();
			}
			IamCredentialsProvider credentials = IamCredentialsProvider
				.builder(DefaultCredentialsProvider.builder().build(), username)
				.build();
			TlsSettings tls = TlsSettings.trusting(path);
			require(tls.mode() == TlsMode.VERIFY_FULL, "the server is verified");
			credentials.close();
		}

	}

}
