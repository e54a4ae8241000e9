package io.rdsboot.datasource;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.cluster.discovery.GlobalDatabaseDiscovery;
import io.rdsboot.routing.selection.RegionReaderSelector;
import io.rdsboot.routing.selection.RoundRobinReaderSelector;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsAlias;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A service that uses a local global database.
 */
final class GlobalService implements AutoCloseable {

	private final LocalGlobalDatabase database;

	private final RdsDataSource dataSource;

	GlobalService(LocalGlobalDatabase database, LocalRdsAlias endpoint, @Nullable String ownRegion,
			boolean remoteReaders, Consumer<RdsDataSource.Builder> settings) {
		this(database, endpoint, new AddressRegions(database.regions()), ownRegion, remoteReaders, settings);
	}

	GlobalService(LocalGlobalDatabase database, LocalRdsAlias endpoint, AddressRegions regions,
			@Nullable String ownRegion, boolean remoteReaders, Consumer<RdsDataSource.Builder> settings) {
		this.database = database;
		Map<String, InstanceAddressPattern> addresses = new LinkedHashMap<>();
		database.regions()
			.forEach((region) -> addresses.put(region,
					InstanceAddressPattern.parse(database.instanceAddress(), endpoint.port())));
		RdsDataSource.Builder builder = RdsDataSource.builder()
			.writer(endpoint.host() + ":" + endpoint.port())
			.database(database.cluster().database())
			.credentials(database.cluster().username(), database.cluster().password())
			.discovery((configured) -> new GlobalDatabaseDiscovery(configured, addresses,
					database.regions().stream().map(database::clusterEndpoint).map(GlobalService::address).toList(),
					regions));
		if (ownRegion != null) {
			builder.routing((routing) -> routing.readerSelector(
					new RegionReaderSelector(new RoundRobinReaderSelector(), remoteReaders, regions, ownRegion)));
		}
		settings.accept(builder);
		this.dataSource = builder.build();
	}

	private static InstanceAddress address(LocalRdsAlias alias) {
		return new InstanceAddress(alias.host(), alias.port());
	}

	RdsDataSource dataSource() {
		return this.dataSource;
	}

	String name(LocalRdsInstance instance) {
		return this.database.cluster().aurora().serverId(instance) + "." + this.database.region(instance);
	}

	InstanceState state(LocalRdsInstance instance) {
		return this.dataSource.monitor()
			.topology()
			.instances()
			.stream()
			.filter((state) -> state.instance().name().equals(name(instance)))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Waits until the service knows each instance as it is.
	 */
	void awaitRoles() {
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> this.database.cluster().instances().stream().allMatch((instance) -> {
				InstanceState state = state(instance);
				InstanceRole role = (instance == this.database.cluster().writer()) ? InstanceRole.WRITER
						: InstanceRole.READER;
				return state.role() == role && state.reachable() && state.progress() != null;
			}));
	}

	@Override
	public void close() {
		this.dataSource.close();
	}

}
