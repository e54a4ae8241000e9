package io.rdsboot.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.test.LocalRdsAutoConfiguration;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A local cluster of a writer and one reader, the routing data source as auto-configured
 * for it without any property, and bare HikariCP pools of the same settings on the same
 * servers.
 */
final class LocalDatabase implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private LocalDatabase(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static LocalDatabase start() {
		return new LocalDatabase(new SpringApplicationBuilder(ClusterConfiguration.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.run());
	}

	ReadWriteRoutingDataSource routing() {
		return this.context.getBean(ReadWriteRoutingDataSource.class);
	}

	/**
	 * Opens a pool as an application without this library would have it. Its driver
	 * settings are pgjdbc's defaults: with ours, {@code setReadOnly} outside a
	 * transaction is a round trip.
	 * @param role which of the two servers
	 * @return a new pool, which the caller closes
	 */
	HikariDataSource bare(InstanceRole role) {
		LocalRdsCluster cluster = this.context.getBean(LocalRdsCluster.class);
		LocalRdsInstance server = (role == InstanceRole.READER) ? cluster.readers().get(0) : cluster.writer();
		DatabaseInstance instance = DatabaseInstance.at(new InstanceAddress(server.host(), server.port()));
		HikariConfig config = new HikariConfig();
		this.context.getBeanProvider(HikariPoolCustomizer.class)
			.orderedStream()
			.forEach((customizer) -> customizer.customize(config, instance, role));
		config.setJdbcUrl(server.jdbcUrl());
		config.setUsername(cluster.username());
		config.setPassword(cluster.password());
		return new HikariDataSource(config);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LocalRdsAutoConfiguration.class, RdsDataSourceAutoConfiguration.class })
	static class ClusterConfiguration {

		@Bean
		LocalRdsCluster localRdsCluster() {
			return LocalRdsCluster.builder().readers(1).start();
		}

	}

}
