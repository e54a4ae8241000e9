package io.rdsboot.benchmarks.rotation;

import java.util.Map;

import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Who has to get through a rotation.
 */
enum RotationContender {

	/** This library, with its defaults. */
	LIBRARY {

		@Override
		ConnectionSource open(LocalRdsCluster cluster, CertificateFile certificate) {
			return new LibraryPool(cluster, certificate);
		}

	},

	/** AWS's JDBC wrapper with its Secrets Manager plugin, with its defaults. */
	WRAPPER {

		@Override
		ConnectionSource open(LocalRdsCluster cluster, CertificateFile certificate) {
			return new WrapperPool(cluster, certificate, Map.of("wrapperPlugins", "awsSecretsManager"));
		}

	},

	/**
	 * AWS's JDBC wrapper with what its documentation has for rotations: the second
	 * version of the plugin, which shares look-ups, and the shortest time that this one
	 * keeps a secret in memory.
	 */
	WRAPPER_TUNED {

		@Override
		ConnectionSource open(LocalRdsCluster cluster, CertificateFile certificate) {
			return new WrapperPool(cluster, certificate,
					Map.of("wrapperPlugins", "awsSecretsManager2", "secretsManagerExpirationTimeSec", "300"));
		}

	};

	/**
	 * Opens a pool to the cluster's writer whose credentials are the cluster's secret.
	 */
	abstract ConnectionSource open(LocalRdsCluster cluster, CertificateFile certificate);

}
