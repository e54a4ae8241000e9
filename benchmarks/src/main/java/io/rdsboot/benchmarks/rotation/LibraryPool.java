package io.rdsboot.benchmarks.rotation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.benchmarks.LocalAwsClients;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.secretsmanager.SecretsManagerCredentialsProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Pool of this library's to a cluster's writer, with credentials from the cluster's
 * secret. Thread-safe.
 */
final class LibraryPool implements ConnectionSource {

	private final SecretsManagerClient client;

	private final SecretsManagerCredentialsProvider credentials;

	private final InstancePools pools;

	private final InstancePool pool;

	LibraryPool(LocalRdsCluster cluster, CertificateFile certificate) {
		this.client = LocalAwsClients.secretsManager(cluster.aws());
		this.credentials = SecretsManagerCredentialsProvider.builder(this.client, cluster.secret().id())
			.clock(cluster.clock())
			.build();
		this.pools = new InstancePools(cluster.database(), this.credentials, TlsSettings.DEFAULT,
				ConnectivityListener.all(List.of()), List.of((config, instance, role) -> {
					ShortLivedPool.configure(config);
					config.setDataSourceProperties(certificate.tlsProperties());
				}));
		this.pool = this.pools.pool(DatabaseInstance.at(LocalAwsClients.address(cluster.writerAddress())),
				InstanceRole.WRITER);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.pool.getConnection();
	}

	@Override
	public void close() {
		this.pools.close();
		this.credentials.close();
		this.client.close();
	}

}
