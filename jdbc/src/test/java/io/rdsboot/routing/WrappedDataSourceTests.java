package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.p6spy.engine.spy.P6DataSource;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that reads go to readers under the wrappers that ask a connection before it
 * becomes read-only.
 */
@LocalRds(readers = 1)
class WrappedDataSourceTests {

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	WrappedDataSourceTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster);
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	static Stream<Arguments> wrappers() {
		return Stream.of(wrapper("datasource-proxy", (dataSource) -> ProxyDataSourceBuilder.create(dataSource).build()),
				wrapper("datasource-micrometer", WrappedDataSourceTests::observed), wrapper("p6spy", P6DataSource::new),
				wrapper("OpenTelemetry", (dataSource) -> JdbcTelemetry.create(OpenTelemetry.noop()).wrap(dataSource)),
				wrapper("who asks everything", Inquisitive::new));
	}

	private static Arguments wrapper(String name, UnaryOperator<DataSource> wrapper) {
		return Arguments.of(name, wrapper);
	}

	private static DataSource observed(DataSource dataSource) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler((context) -> true);
		DataSourceObservationListener listener = new DataSourceObservationListener(registry);
		return ProxyDataSourceBuilder.create(dataSource).listener(listener).methodListener(listener).build();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("wrappers")
	void readsGoToTheReaderAndWritesToTheWriter(String name, UnaryOperator<DataSource> wrapper) {
		DataSource wrapped = wrapper.apply(this.routed.dataSource);
		JdbcTemplate jdbc = new JdbcTemplate(wrapped);
		TransactionTemplate reading = new TransactionTemplate(new JdbcTransactionManager(wrapped));
		reading.setReadOnly(true);
		TransactionTemplate writing = new TransactionTemplate(new JdbcTransactionManager(wrapped));
		for (int i = 0; i < 5; i++) {
			Integer read = reading.execute((status) -> port(jdbc));
			assertThat(read).isEqualTo(this.cluster.readers().get(0).port());
		}
		Integer streamed = reading.execute((status) -> {
			try (Stream<Integer> numbers = JdbcClient.create(wrapped)
				.sql("SELECT inet_server_port() FROM generate_series(1, 3)")
				.query(Integer.class)
				.stream()) {
				numbers.findFirst();
			}
			return port(jdbc);
		});
		assertThat(streamed).isEqualTo(this.cluster.readers().get(0).port());
		Integer written = writing.execute((status) -> port(jdbc));
		assertThat(written).isEqualTo(this.cluster.writer().port());
		assertThat(this.routed.borrowed()).isZero();
	}

	private static Integer port(JdbcTemplate jdbc) {
		return jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
	}

	/**
	 * Asks a new connection all that can be asked.
	 */
	private static final class Inquisitive extends DelegatingDataSource {

		Inquisitive(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			connection.getMetaData().getURL();
			connection.getMetaData().getUserName();
			connection.getMetaData().getDatabaseProductVersion();
			connection.getMetaData().getTables(null, null, "pg_class", null).close();
			connection.getCatalog();
			connection.getSchema();
			connection.getTransactionIsolation();
			connection.getHoldability();
			connection.getTypeMap();
			connection.getNetworkTimeout();
			connection.getClientInfo();
			connection.getWarnings();
			connection.clearWarnings();
			connection.nativeSQL("{fn now()}");
			assertThat(connection.isValid(1)).isTrue();
			assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
			assertThat(connection.unwrap(PGConnection.class)).isNotNull();
			connection.createStatement().close();
			return connection;
		}

	}

}
