package io.rdsboot.autoconfigure.cluster;

import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.tls.TlsSettings;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the configuration, or connection details in its place, describes.
 *
 * @param writer the writer
 * @param readers the readers, those of groups too, may be empty
 * @param placement zones and groups of the readers
 * @param database the database on all of them
 * @param credentials where the login comes from, or {@code null} where a provider of the
 * user's own stands for it
 * @param signingAddresses addresses to sign IAM tokens for, by the addresses that are
 * aliases or tunnels
 * @param tls how connections are encrypted
 */
@API(status = API.Status.INTERNAL)
public record ConfiguredCluster(DatabaseInstance writer, List<DatabaseInstance> readers, InstancePlacement placement,
		String database, @Nullable ConfiguredCredentials credentials,
		Map<InstanceAddress, InstanceAddress> signingAddresses, TlsSettings tls) {

	/**
	 * Return the cluster as another login reaches it.
	 * @param other where that login comes from
	 */
	public ConfiguredCluster withCredentials(ConfiguredCredentials other) {
		return new ConfiguredCluster(this.writer, this.readers, this.placement, this.database, other,
				this.signingAddresses, this.tls);
	}

}
