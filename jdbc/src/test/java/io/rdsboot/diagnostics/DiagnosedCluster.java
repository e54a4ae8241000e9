package io.rdsboot.diagnostics;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.watch.DirectConnector;
import io.rdsboot.diagnostics.report.DiagnosticsReport;
import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.diagnostics.report.FindingLevel;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Diagnostics of a local cluster, whose application role may see statistics.
 */
final class DiagnosedCluster implements AutoCloseable {

	private final LocalRdsCluster cluster;

	private final List<Connection> connections = new ArrayList<>();

	final DirectConnector connector;

	final DatabaseDiagnostics diagnostics;

	DiagnosedCluster(LocalRdsCluster cluster, Consumer<DatabaseDiagnostics.Builder> settings) {
		this.cluster = cluster;
		this.connector = new DirectConnector(cluster);
		// What is found is not to depend on how busy the machine is.
		DatabaseDiagnostics.Builder builder = DatabaseDiagnostics.builder(topology(), this.connector)
			.timeout(Duration.ofSeconds(20));
		settings.accept(builder);
		this.diagnostics = builder.build();
	}

	private TopologyProvider topology() {
		return new StaticTopologyProvider(instance(this.cluster.writer()),
				this.cluster.readers().stream().map(DiagnosedCluster::instance).toList());
	}

	static DatabaseInstance instance(LocalRdsInstance instance) {
		return new DatabaseInstance(instance.name(), new InstanceAddress(instance.host(), instance.port()), 1, Map.of(),
				null);
	}

	String writer() {
		return this.cluster.writer().name();
	}

	/**
	 * Return a session of the application on the writer, closed with this.
	 */
	Connection session() throws SQLException {
		Connection connection = this.connector.connect(instance(this.cluster.writer()), Duration.ofMinutes(1));
		this.connections.add(connection);
		return connection;
	}

	void admin(String... statements) throws SQLException {
		execute(this.cluster.writer(), statements);
	}

	/**
	 * Execute statements as the application, which owns its schema.
	 */
	void application(String... statements) throws SQLException {
		try (Connection connection = this.connector.connect(instance(this.cluster.writer()), Duration.ofMinutes(1));
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/**
	 * Return the only value of a query of the superuser on the writer.
	 */
	boolean isTrue(String query) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement();
				ResultSet results = statement.executeQuery(query)) {
			return results.next() && results.getBoolean(1);
		}
	}

	/**
	 * Return the schema of pg_stat_statements.
	 */
	String statementsSchema() throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement();
				ResultSet results = statement.executeQuery(
						"SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'pg_stat_statements'")) {
			results.next();
			return results.getString(1);
		}
	}

	void execute(LocalRdsInstance instance, String... statements) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(instance);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	DiagnosticsSection section(String name) {
		return this.diagnostics.report(name).flatMap((report) -> report.section(name)).orElseThrow();
	}

	/**
	 * Return the findings of a check that are not fine.
	 */
	List<Finding> alarms(String section, String check) {
		return section(section).findings()
			.stream()
			.filter((finding) -> finding.check().equals(check) && finding.level() != FindingLevel.FINE)
			.toList();
	}

	Optional<Finding> alarm(String section, String check, String subject) {
		return alarms(section, check).stream().filter((finding) -> subject.equals(finding.subject())).findFirst();
	}

	static List<Finding> alarms(DiagnosticsReport report) {
		return report.sections()
			.stream()
			.flatMap((section) -> section.findings().stream())
			.filter((finding) -> finding.level() != FindingLevel.FINE)
			.toList();
	}

	@Override
	public void close() throws SQLException {
		this.diagnostics.close();
		for (Connection connection : this.connections) {
			connection.close();
		}
	}

}
