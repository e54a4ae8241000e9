package io.rdsboot.autoconfigure.failure;

import java.util.Optional;

import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.ReplicationSource;
import io.rdsboot.cluster.WriterIsReplicaException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Names the primary where {@code rds.writer} is the address of one of its replicas.
 */
class WriterIsReplicaFailureAnalyzer extends AbstractFailureAnalyzer<WriterIsReplicaException> {

	private static final String READS_ONLY = "If the service only reads, rds.pool.writer.fail-fast=false lets it start without a writer.";

	private final Environment environment;

	WriterIsReplicaFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WriterIsReplicaException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", new Diagnosis("", primary(cause), READS_ONLY).action(),
				cause);
	}

	private String primary(WriterIsReplicaException cause) {
		String host = cause.getWriter().address().host();
		ReplicationSource source = cause.getSource();
		Optional<RdsHostName> name = RdsHostName.parse(host);
		if (name.isPresent() && name.get().kind() != RdsHostName.Kind.INSTANCE) {
			return """
					rds.writer names the primary: for Aurora, the cluster endpoint, which is what this prints:

					    aws rds describe-db-clusters --region %s --query 'DBClusters[].[DBClusterIdentifier,Endpoint]' \
					--output table
					""".formatted(region(host));
		}
		String known = (source.host() != null) ? " " + source + ", as it is reached from here"
				: ". Where the replica receives from, its server tells a role that has been granted pg_monitor:\n\n"
						+ "    SELECT sender_host, sender_port FROM pg_stat_wal_receiver;";
		String ofRds = name.isEmpty() ? "" : """

				RDS knows it, too (the cluster endpoint, for an instance of Aurora's):

				    %s
				""".formatted(DatabaseResource.behind(host, null).describe("ReadReplicaSourceDBInstanceIdentifier"));
		return "rds.writer names the primary" + known + ofRds;
	}

	private String region(String host) {
		return DatabaseResource.behind(host, this.environment.getProperty("rds.aws.region")).region();
	}

}
