package io.rdsboot.test;

import java.util.HashMap;
import java.util.Map;

import io.rdsboot.test.server.ReplicationLag;
import org.apiguardian.api.API;

/**
 * The clusters of this JVM that test classes share, one for each set of settings.
 * Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class SharedClusters implements AutoCloseable {

	public static final SharedClusters INSTANCE = new SharedClusters();

	private final Map<ClusterSettings, LocalRdsCluster> clusters = new HashMap<>();

	private SharedClusters() {
	}

	/**
	 * Returns the cluster with some settings, started when nobody has asked for it yet.
	 * @param annotation the settings
	 * @return a cluster that its caller does not close
	 */
	public synchronized LocalRdsCluster get(LocalRds annotation) {
		return this.clusters.computeIfAbsent(settings(annotation), LocalRdsCluster::start);
	}

	/**
	 * Translates an annotation.
	 * @param annotation the annotation of a test class
	 * @return its settings, equal for annotations that may share a cluster
	 */
	static ClusterSettings settings(LocalRds annotation) {
		LocalRdsClusterBuilder builder = LocalRdsCluster.builder()
			.readers(annotation.readers())
			.database(annotation.database())
			.username(annotation.username())
			.replicationLag(ReplicationLag.parse(annotation.replicationLag()))
			.extensions(annotation.extensions())
			.creatableExtensions(annotation.creatableExtensions());
		if (annotation.tls()) {
			builder.tls();
		}
		if (annotation.iam()) {
			builder.iam();
		}
		if (annotation.secretsManager()) {
			builder.secretsManager();
		}
		for (String parameter : annotation.parameters()) {
			int separator = parameter.indexOf('=');
			if (separator < 1) {
				throw new IllegalArgumentException(
						"@LocalRds has the parameter '%s', and parameters must look like name=value"
							.formatted(parameter));
			}
			builder.parameter(parameter.substring(0, separator).strip(), parameter.substring(separator + 1).strip());
		}
		return builder.settings();
	}

	/**
	 * Returns what tells annotations apart.
	 * @param annotation the annotation of a test class
	 * @return a key, equal for annotations that may share a cluster
	 */
	public static Object key(LocalRds annotation) {
		return settings(annotation);
	}

	/**
	 * Closes the clusters that no application context uses. Spring's test framework keeps
	 * contexts to the end of the JVM, which closes the others.
	 */
	@Override
	public synchronized void close() {
		this.clusters.values().removeIf((cluster) -> {
			boolean unused = cluster.users().isEmpty();
			if (unused) {
				cluster.close();
			}
			return unused;
		});
	}

}
