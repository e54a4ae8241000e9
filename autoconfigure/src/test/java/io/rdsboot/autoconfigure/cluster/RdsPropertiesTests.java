package io.rdsboot.autoconfigure.cluster;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import io.rdsboot.autoconfigure.actuate.RdsConsoleProperties;
import io.rdsboot.autoconfigure.actuate.RdsDiagnosticsProperties;
import io.rdsboot.autoconfigure.aws.RdsAwsProperties;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.pool.PoolSettings;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.autoconfigure.tls.RdsTlsProperties;
import io.rdsboot.autoconfigure.topology.RdsTopologyProperties;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.selection.ReaderFallback;
import io.rdsboot.tls.TlsMode;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the defaults and of the full mapping of the {@code rds},
 * {@code rds.credentials}, {@code rds.aws}, {@code rds.tls}, {@code rds.pool},
 * {@code rds.topology}, {@code rds.failover} and {@code rds.routing} properties.
 */
class RdsPropertiesTests {

	@Test
	void clusterDefaults() {
		RdsProperties properties = new RdsProperties();
		assertThat(properties.getWriter()).isNull();
		assertThat(properties.getReaders()).isEmpty();
		assertThat(properties.getReaderGroups()).isEmpty();
		assertThat(properties.getDatabase()).isNull();
		assertThat(properties.getStartupTimeout()).isNull();
	}

	@Test
	void clusterMapping() {
		RdsProperties properties = bind("rds", RdsProperties.class, Map.ofEntries(Map.entry("rds.writer", "w:1"),
				Map.entry("rds.readers[0]", "r0"), Map.entry("rds.readers[1].address", "r1"),
				Map.entry("rds.readers[1].weight", "3"), Map.entry("rds.readers[1].signing-address", "r1.example.com"),
				Map.entry("rds.readers[1].zone", "us-east-1a"), Map.entry("rds.reader-groups.reports", "g0, g1"),
				Map.entry("rds.reader-groups.month-end[0].address", "g2"),
				Map.entry("rds.reader-groups.month-end[0].weight", "2"), Map.entry("rds.database", "app"),
				Map.entry("rds.startup-timeout", "20s")));
		assertThat(properties.getWriter()).isEqualTo("w:1");
		assertThat(properties.getReaders()).extracting(RdsProperties.Reader::getAddress).containsExactly("r0", "r1");
		assertThat(properties.getReaders()).extracting(RdsProperties.Reader::getWeight).containsExactly(1, 3);
		assertThat(properties.getDatabase()).isEqualTo("app");
		assertThat(properties.getStartupTimeout()).isEqualTo(Duration.ofSeconds(20));
		assertThat(properties.getReaders()).extracting(RdsProperties.Reader::getSigningAddress)
			.containsExactly(null, "r1.example.com");
		assertThat(properties.getReaders()).extracting(RdsProperties.Reader::getZone)
			.containsExactly(null, "us-east-1a");
		assertThat(properties.getReaderGroups()).containsOnlyKeys("reports", "month-end");
		assertThat(properties.getReaderGroups().get("reports")).extracting(RdsProperties.Reader::getAddress)
			.containsExactly("g0", "g1");
		assertThat(properties.getReaderGroups().get("month-end")).extracting(RdsProperties.Reader::getWeight)
			.containsExactly(2);
	}

	@Test
	void credentialsDefaults() {
		RdsCredentialsProperties properties = new RdsCredentialsProperties();
		assertThat(properties.getType()).isEqualTo(RdsCredentialsProperties.Type.PASSWORD);
		assertThat(properties.getUsername()).isNull();
		assertThat(properties.getPassword()).isNull();
		assertThat(properties.getIam().getSigningAddress()).isNull();
		assertThat(properties.getIam().getRenewalInterval()).isEqualTo(Duration.ofMinutes(10));
		RdsCredentialsProperties.SecretsManager secrets = properties.getSecretsManager();
		assertThat(secrets.getSecretId()).isNull();
		assertThat(secrets.getReaderSecretId()).isNull();
		assertThat(secrets.getMigrationSecretId()).isNull();
		assertThat(secrets.getRefreshInterval()).isEqualTo(Duration.ofHours(1));
		assertThat(secrets.getKeys()).extracting("username", "password", "host", "port", "database")
			.containsExactly("username", "password", "host", "port", "dbname");
	}

	@Test
	void credentialsMapping() {
		RdsCredentialsProperties properties = bind("rds.credentials", RdsCredentialsProperties.class,
				Map.ofEntries(Map.entry("rds.credentials.type", "SECRETS_MANAGER"),
						Map.entry("rds.credentials.username", "user"), Map.entry("rds.credentials.password", "secret"),
						Map.entry("rds.credentials.iam.signing-address", "w.example.com:6432"),
						Map.entry("rds.credentials.iam.renewal-interval", "5m"),
						Map.entry("rds.credentials.secrets-manager.secret-id", "writer"),
						Map.entry("rds.credentials.secrets-manager.reader-secret-id", "reader"),
						Map.entry("rds.credentials.secrets-manager.migration-secret-id", "migration"),
						Map.entry("rds.credentials.secrets-manager.refresh-interval", "20m"),
						Map.entry("rds.credentials.secrets-manager.keys.username", "u"),
						Map.entry("rds.credentials.secrets-manager.keys.password", "p"),
						Map.entry("rds.credentials.secrets-manager.keys.host", "h"),
						Map.entry("rds.credentials.secrets-manager.keys.port", "o"),
						Map.entry("rds.credentials.secrets-manager.keys.database", "d")));
		assertThat(properties.getType()).isEqualTo(RdsCredentialsProperties.Type.SECRETS_MANAGER);
		assertThat(properties.getUsername()).isEqualTo("user");
		assertThat(properties.getPassword()).isEqualTo("secret");
		assertThat(properties.getIam().getSigningAddress()).isEqualTo("w.example.com:6432");
		assertThat(properties.getIam().getRenewalInterval()).isEqualTo(Duration.ofMinutes(5));
		RdsCredentialsProperties.SecretsManager secrets = properties.getSecretsManager();
		assertThat(secrets.getSecretId()).isEqualTo("writer");
		assertThat(secrets.getReaderSecretId()).isEqualTo("reader");
		assertThat(properties.getSecretsManager().getMigrationSecretId()).isEqualTo("migration");
		assertThat(secrets.getRefreshInterval()).isEqualTo(Duration.ofMinutes(20));
		assertThat(secrets.getKeys()).extracting("username", "password", "host", "port", "database")
			.containsExactly("u", "p", "h", "o", "d");
	}

	@Test
	void awsDefaults() {
		RdsAwsProperties properties = new RdsAwsProperties();
		assertThat(properties.getRegion()).isNull();
		assertThat(properties.getEndpoint()).isNull();
	}

	@Test
	void awsMapping() {
		RdsAwsProperties properties = bind("rds.aws", RdsAwsProperties.class,
				Map.of("rds.aws.region", "eu-west-1", "rds.aws.endpoint", "http://localhost:4566"));
		assertThat(properties.getRegion()).isEqualTo("eu-west-1");
		assertThat(properties.getEndpoint()).isEqualTo(URI.create("http://localhost:4566"));
	}

	@Test
	void consoleDefaultAndMapping() {
		assertThat(new RdsConsoleProperties().isEnabled()).isFalse();
		assertThat(bind("rds.console", RdsConsoleProperties.class, Map.of("rds.console.enabled", "true")).isEnabled())
			.isTrue();
	}

	@Test
	void diagnosticsDefaults() {
		assertThat(new RdsDiagnosticsProperties().isShowLiterals()).isFalse();
	}

	@Test
	void diagnosticsMapping() {
		RdsDiagnosticsProperties properties = bind("rds.diagnostics", RdsDiagnosticsProperties.class,
				Map.of("rds.diagnostics.show-literals", "true"));
		assertThat(properties.isShowLiterals()).isTrue();
	}

	@Test
	void tlsDefaults() {
		RdsTlsProperties properties = new RdsTlsProperties();
		assertThat(properties.getMode()).isNull();
		assertThat(properties.getBundle()).isNull();
		assertThat(properties.getCertificateAuthorities()).isNull();
	}

	@Test
	void tlsMapping() {
		RdsTlsProperties properties = bind("rds.tls", RdsTlsProperties.class, Map.of("rds.tls.mode", "verify-ca",
				"rds.tls.bundle", "database", "rds.tls.certificate-authorities", "classpath:authority.pem"));
		assertThat(properties.getMode()).isEqualTo(TlsMode.VERIFY_CA);
		assertThat(properties.getBundle()).isEqualTo("database");
		assertThat(properties.getCertificateAuthorities()).isEqualTo("classpath:authority.pem");
	}

	@Test
	void readersWhenCommaSeparatedAreAddresses() {
		RdsProperties properties = bind("rds", RdsProperties.class, Map.of("rds.readers", "a:1, b:2"));
		assertThat(properties.getReaders()).extracting(RdsProperties.Reader::getAddress).containsExactly("a:1", "b:2");
	}

	@Test
	void poolDefaults() {
		RdsPoolProperties properties = new RdsPoolProperties();
		assertThat(properties).usingRecursiveComparison()
			.ignoringFields("connectionTimeout", "validationTimeout", "failFast", "dataSourceProperties", "writer",
					"reader", "pooler")
			.isEqualTo(new PoolSettings());
		assertThat(properties.getPooler()).isEqualTo(PoolerMode.AUTO);
		assertThat(properties.getConnectionTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getValidationTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getFailFast()).isTrue();
		assertThat(properties.getDataSourceProperties()).isEmpty();
		assertThat(properties.getWriter()).usingRecursiveComparison().isEqualTo(new PoolSettings());
		assertThat(properties.getReader().getConnectionTimeout()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void poolMapping() {
		RdsPoolProperties properties = bind("rds.pool", RdsPoolProperties.class,
				Map.ofEntries(Map.entry("rds.pool.maximum-pool-size", "7"), Map.entry("rds.pool.minimum-idle", "2"),
						Map.entry("rds.pool.connection-timeout", "3s"), Map.entry("rds.pool.validation-timeout", "1s"),
						Map.entry("rds.pool.idle-timeout", "4m"), Map.entry("rds.pool.max-lifetime", "5m"),
						Map.entry("rds.pool.keepalive-time", "90s"),
						Map.entry("rds.pool.leak-detection-threshold", "6s"),
						Map.entry("rds.pool.connection-init-sql", "SELECT 1"), Map.entry("rds.pool.schema", "app"),
						Map.entry("rds.pool.transaction-isolation", "TRANSACTION_SERIALIZABLE"),
						Map.entry("rds.pool.auto-commit", "false"), Map.entry("rds.pool.register-mbeans", "true"),
						Map.entry("rds.pool.fail-fast", "false"), Map.entry("rds.pool.pooler", "transaction"),
						Map.entry("rds.pool.data-source-properties.socketTimeout", "8"),
						Map.entry("rds.pool.writer.maximum-pool-size", "9"),
						Map.entry("rds.pool.reader.maximum-pool-size", "11")));
		assertThat(properties.getMaximumPoolSize()).isEqualTo(7);
		assertThat(properties.getMinimumIdle()).isEqualTo(2);
		assertThat(properties.getConnectionTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.getValidationTimeout()).isEqualTo(Duration.ofSeconds(1));
		assertThat(properties.getIdleTimeout()).isEqualTo(Duration.ofMinutes(4));
		assertThat(properties.getMaxLifetime()).isEqualTo(Duration.ofMinutes(5));
		assertThat(properties.getKeepaliveTime()).isEqualTo(Duration.ofSeconds(90));
		assertThat(properties.getLeakDetectionThreshold()).isEqualTo(Duration.ofSeconds(6));
		assertThat(properties.getConnectionInitSql()).isEqualTo("SELECT 1");
		assertThat(properties.getSchema()).isEqualTo("app");
		assertThat(properties.getTransactionIsolation()).isEqualTo("TRANSACTION_SERIALIZABLE");
		assertThat(properties.getAutoCommit()).isFalse();
		assertThat(properties.getRegisterMbeans()).isTrue();
		assertThat(properties.getFailFast()).isFalse();
		assertThat(properties.getPooler()).isEqualTo(PoolerMode.TRANSACTION);
		assertThat(properties.getDataSourceProperties()).containsExactly(Map.entry("socketTimeout", "8"));
		assertThat(properties.getWriter().getMaximumPoolSize()).isEqualTo(9);
		assertThat(properties.getReader().getMaximumPoolSize()).isEqualTo(11);
	}

	@Test
	void routingDefaults() {
		RdsRoutingProperties properties = new RdsRoutingProperties();
		assertThat(properties.getReaderSelection()).isEqualTo(RdsRoutingProperties.Selection.ROUND_ROBIN);
		assertThat(properties.getReaderFallback()).isEqualTo(ReaderFallback.WRITER);
		assertThat(properties.getReaderRetryInterval()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getConsistency()).isEqualTo(ConsistencyLevel.SESSION);
		assertThat(properties.getMaxLag()).isNull();
		assertThat(properties.getUnknownLagDelay()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getMaximumFallbacks()).isNull();
		assertThat(properties.isReadOnlyRepositoryQueries()).isTrue();
		assertThat(properties.getToken().getKey()).isNull();
		assertThat(properties.getToken().getLifetime()).isEqualTo(Duration.ofHours(1));
		assertThat(properties.getToken().getCluster()).isNull();
		assertThat(properties.getToken().getEnabled()).isNull();
		assertThat(properties.getToken().getFilterOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE + 10);
		assertThat(properties.getToken().getRememberedClients()).isEqualTo(10_000);
		assertThat(properties.getZone().isEnabled()).isTrue();
		assertThat(properties.getZone().getName()).isNull();
		assertThat(properties.getZone().getSpillFactor()).isEqualTo(2);
	}

	@Test
	void infrastructureIsNamedInAList() {
		assertThat(new RdsRoutingProperties().getInfrastructure()).isEmpty();
		assertThat(bind("rds.routing", RdsRoutingProperties.class,
				Map.of("rds.routing.infrastructure", "com.example.outbox,com.example.Locks"))
			.getInfrastructure()).containsExactly("com.example.outbox", "com.example.Locks");
	}

	@Test
	void routingMapping() {
		RdsRoutingProperties properties = bind("rds.routing", RdsRoutingProperties.class, Map.ofEntries(
				Map.entry("rds.routing.reader-selection", "least-busy"),
				Map.entry("rds.routing.reader-fallback", "fail"), Map.entry("rds.routing.reader-retry-interval", "9s"),
				Map.entry("rds.routing.consistency", "bounded"), Map.entry("rds.routing.max-lag", "2s"),
				Map.entry("rds.routing.unknown-lag-delay", "3s"), Map.entry("rds.routing.maximum-fallbacks", "4"),
				Map.entry("rds.routing.read-only-repository-queries", "false"),
				Map.entry("rds.routing.token.key", "key"), Map.entry("rds.routing.token.lifetime", "10m"),
				Map.entry("rds.routing.token.cluster", "orders"), Map.entry("rds.routing.token.enabled", "false"),
				Map.entry("rds.routing.token.filter-order", "7"),
				Map.entry("rds.routing.token.remembered-clients", "5"), Map.entry("rds.routing.zone.enabled", "false"),
				Map.entry("rds.routing.zone.name", "us-east-1a"), Map.entry("rds.routing.zone.spill-factor", "1.5")));
		assertThat(properties.getReaderSelection()).isEqualTo(RdsRoutingProperties.Selection.LEAST_BUSY);
		assertThat(properties.getReaderFallback()).isEqualTo(ReaderFallback.FAIL);
		assertThat(properties.getReaderRetryInterval()).isEqualTo(Duration.ofSeconds(9));
		assertThat(properties.getConsistency()).isEqualTo(ConsistencyLevel.BOUNDED);
		assertThat(properties.getMaxLag()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getUnknownLagDelay()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.getMaximumFallbacks()).isEqualTo(4);
		assertThat(properties.isReadOnlyRepositoryQueries()).isFalse();
		assertThat(properties.getToken().getKey()).isEqualTo("key");
		assertThat(properties.getToken().getLifetime()).isEqualTo(Duration.ofMinutes(10));
		assertThat(properties.getToken().getCluster()).isEqualTo("orders");
		assertThat(properties.getToken().getEnabled()).isFalse();
		assertThat(properties.getToken().getFilterOrder()).isEqualTo(7);
		assertThat(properties.getToken().getRememberedClients()).isEqualTo(5);
		assertThat(properties.getZone().isEnabled()).isFalse();
		assertThat(properties.getZone().getName()).isEqualTo("us-east-1a");
		assertThat(properties.getZone().getSpillFactor()).isEqualTo(1.5);
	}

	@Test
	void topologyDefaults() {
		RdsTopologyProperties properties = new RdsTopologyProperties();
		assertThat(properties.isEnabled()).isTrue();
		assertThat(properties.getDiscovery()).isEqualTo(RdsTopologyProperties.Discovery.AUTO);
		assertThat(properties.getDiscoveryInterval()).isNull();
		assertThat(properties.getInstanceAddress()).isNull();
		assertThat(properties.getClusterIdentifier()).isNull();
		assertThat(properties.getInstanceIdentifier()).isNull();
		assertThat(properties.getPollInterval()).isNull();
		assertThat(properties.getTimeout()).isEqualTo(Duration.ofMillis(1500));
		assertThat(properties.getReconnectInterval()).isEqualTo(Duration.ofSeconds(60));
		assertThat(properties.getIdleTimeout()).isEqualTo(Duration.ofMinutes(5));
	}

	@Test
	void topologyMapping() {
		RdsTopologyProperties properties = bind("rds.topology", RdsTopologyProperties.class,
				Map.of("rds.topology.enabled", "false", "rds.topology.discovery", "rds-api",
						"rds.topology.discovery-interval", "7s", "rds.topology.instance-address", "{id}.example.com",
						"rds.topology.cluster-identifier", "orders", "rds.topology.instance-identifier", "orders-1",
						"rds.topology.poll-interval", "2s", "rds.topology.reconnect-interval", "20s",
						"rds.topology.timeout", "3s", "rds.topology.idle-timeout", "4m"));
		assertThat(properties.isEnabled()).isFalse();
		assertThat(properties.getDiscovery()).isEqualTo(RdsTopologyProperties.Discovery.RDS_API);
		assertThat(properties.getDiscoveryInterval()).isEqualTo(Duration.ofSeconds(7));
		assertThat(properties.getInstanceAddress()).isEqualTo("{id}.example.com");
		assertThat(properties.getClusterIdentifier()).isEqualTo("orders");
		assertThat(properties.getInstanceIdentifier()).isEqualTo("orders-1");
		assertThat(properties.getPollInterval()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.getReconnectInterval()).isEqualTo(Duration.ofSeconds(20));
		assertThat(properties.getIdleTimeout()).isEqualTo(Duration.ofMinutes(4));
	}

	@Test
	void failoverDefaults() {
		RdsFailoverProperties properties = new RdsFailoverProperties();
		assertThat(properties.getTimeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.getRetry().getMaxAttempts()).isEqualTo(3);
		assertThat(properties.getRetry().getDelay()).isEqualTo(Duration.ofMillis(100));
		assertThat(properties.getRetry().getMaxDelay()).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.getRetry().getTimeout()).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void failoverMapping() {
		RdsFailoverProperties properties = bind("rds.failover", RdsFailoverProperties.class,
				Map.of("rds.failover.timeout", "9s", "rds.failover.retry.max-attempts", "5", "rds.failover.retry.delay",
						"1s", "rds.failover.retry.max-delay", "4s", "rds.failover.retry.timeout", "1m"));
		assertThat(properties.getTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(properties.getRetry().getMaxAttempts()).isEqualTo(5);
		assertThat(properties.getRetry().getDelay()).isEqualTo(Duration.ofSeconds(1));
		assertThat(properties.getRetry().getMaxDelay()).isEqualTo(Duration.ofSeconds(4));
		assertThat(properties.getRetry().getTimeout()).isEqualTo(Duration.ofMinutes(1));
	}

	private static <T> T bind(String prefix, Class<T> type, Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bind(prefix, type).get();
	}

}
