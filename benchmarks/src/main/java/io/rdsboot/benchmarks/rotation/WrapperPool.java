package io.rdsboot.benchmarks.rotation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.jdbc.plugin.AwsSecretsManagerConnectionPlugin;

/**
 * HikariCP pool over the data source of AWS's JDBC wrapper, to a cluster's writer, with
 * credentials from the cluster's secret. Thread-safe.
 */
final class WrapperPool implements ConnectionSource {

	private final HikariDataSource dataSource;

	/**
	 * Opens a pool.
	 * @param cluster where to connect
	 * @param certificate its certificate authority
	 * @param settings properties of the wrapper beyond those that say where everything is
	 */
	WrapperPool(LocalRdsCluster cluster, CertificateFile certificate, Map<String, String> settings) {
		LocalAws aws = cluster.aws();
		// The wrapper takes AWS credentials from the SDK's default chain.
		System.setProperty(SdkSystemSetting.AWS_ACCESS_KEY_ID.property(), aws.accessKeyId());
		System.setProperty(SdkSystemSetting.AWS_SECRET_ACCESS_KEY.property(), aws.secretAccessKey());
		Properties properties = certificate.tlsProperties();
		properties.putAll(settings);
		properties.setProperty("wrapperDialect", "rds-pg");
		properties.setProperty("secretsManagerSecretId", cluster.secret().id());
		properties.setProperty("secretsManagerRegion", aws.region());
		properties.setProperty("secretsManagerEndpoint", aws.endpoint().toString());
		LocalRdsAddress address = cluster.writerAddress();
		HikariConfig config = new HikariConfig();
		ShortLivedPool.configure(config);
		WrapperDriver.configure(config, address.host(), address.port(), cluster.database(), properties);
		this.dataSource = new HikariDataSource(config);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.dataSource.getConnection();
	}

	/**
	 * Closes the pool and forgets the secret, which the wrapper keeps for the whole JVM.
	 */
	@Override
	public void close() {
		this.dataSource.close();
		AwsSecretsManagerConnectionPlugin.clearCache();
	}

}
