package io.rdsboot.sample.secrecy;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsClusterBuilder;

/**
 * How the service logs in.
 */
enum LoginKind {

	PASSWORD("password") {
		@Override
		void prepare(LocalRdsClusterBuilder builder) {
			builder.tls();
		}
	},

	IAM("iam") {
		@Override
		void prepare(LocalRdsClusterBuilder builder) {
			builder.iam();
		}
	},

	SECRETS_MANAGER("secrets-manager") {
		@Override
		void prepare(LocalRdsClusterBuilder builder) {
			builder.secretsManager();
		}
	};

	private final String type;

	LoginKind(String type) {
		this.type = type;
	}

	abstract void prepare(LocalRdsClusterBuilder builder);

	LocalRdsCluster start() {
		LocalRdsClusterBuilder builder = LocalRdsCluster.builder().readers(1);
		prepare(builder);
		return builder.start();
	}

	/**
	 * Return the value of {@code rds.credentials.type}.
	 */
	String type() {
		return this.type;
	}

}
