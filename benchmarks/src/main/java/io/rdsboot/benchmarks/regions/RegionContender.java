package io.rdsboot.benchmarks.regions;

import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.benchmarks.rotation.WrapperDriver;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.ServiceSource;
import io.rdsboot.benchmarks.switchover.WrapperSource;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsAlias;
import io.rdsboot.test.LocalRdsInstance;
import software.amazon.jdbc.util.HikariCPSQLException;

/**
 * Who has to get through a switchover to another region. Each has as many connections as
 * there are threads.
 */
enum RegionContender {

	/** This library, with its defaults. */
	LIBRARY {

		@Override
		ConnectionSource open(LocalGlobalDatabase database, String ownRegion) {
			Stream<String> regions = database.regions()
				.stream()
				.flatMap((region) -> Stream.of(
						"rds.global-database.endpoints.%s=%s".formatted(region,
								address(database.clusterEndpoint(region))),
						"rds.global-database.instance-addresses.%s=%s".formatted(region, database.instanceAddress())));
			Stream<String> others = Stream.of("rds.global-database.region=" + ownRegion,
					"rds.pool.maximum-pool-size=" + PairLoad.THREADS);
			return new ServiceSource(RoutingService.at(database.cluster(), address(database.writerEndpoint()),
					Stream.concat(regions, others).toArray(String[]::new)));
		}

	},

	/**
	 * HikariCP over AWS's JDBC wrapper with its plugin for global databases, which is to
	 * find the writer wherever it is, and has its defaults else. It reads from the
	 * writer.
	 */
	WRAPPER {

		@Override
		ConnectionSource open(LocalGlobalDatabase database, String ownRegion) {
			LocalRdsInstance writer = database.cluster().writer();
			Properties properties = new Properties();
			properties.setProperty("wrapperPlugins", "gdbFailover,efm2");
			properties.setProperty("wrapperDialect", "global-aurora-pg");
			properties.setProperty("failoverHomeRegion", ownRegion);
			properties.setProperty("activeHomeFailoverMode", "strict-writer");
			properties.setProperty("inactiveHomeFailoverMode", "strict-writer");
			properties.setProperty("clusterId", String.valueOf(writer.port()));
			properties.setProperty("globalClusterInstanceHostPatterns",
					database.regions()
						.stream()
						.map((region) -> "[%s]127.0.0.?:%d".formatted(region, writer.port()))
						.collect(Collectors.joining(",")));
			HikariConfig config = new HikariConfig();
			config.setMaximumPoolSize(PairLoad.THREADS);
			// As its documentation says: else HikariCP would close the connections that
			// the wrapper has just moved to the new writer.
			config.setExceptionOverrideClassName(HikariCPSQLException.class.getName());
			config.setUsername(database.cluster().username());
			config.setPassword(database.cluster().password());
			WrapperDriver.configure(config, writer.host(), writer.port(), database.cluster().database(), properties);
			return new WrapperSource(config);
		}

	};

	/**
	 * Opens connections to a global database.
	 * @param ownRegion the service's own region
	 */
	abstract ConnectionSource open(LocalGlobalDatabase database, String ownRegion);

	private static String address(LocalRdsAlias endpoint) {
		return endpoint.host() + ":" + endpoint.port();
	}

}
