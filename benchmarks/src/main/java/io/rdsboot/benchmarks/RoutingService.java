package io.rdsboot.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.test.LocalRdsCluster;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * One instance of a service on a cluster: all that is auto-configured for it. The cluster
 * is the caller's, and may have several. Thread-safe.
 */
public final class RoutingService implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RoutingService(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts a service.
	 * @param cluster its database
	 * @param properties what it configures, as {@code name=value}
	 */
	public static RoutingService on(LocalRdsCluster cluster, String... properties) {
		return start(Map.of("cluster", cluster), properties);
	}

	/**
	 * Starts a service.
	 * @param cluster its database
	 * @param listener hears of each borrow
	 * @param properties what it configures, as {@code name=value}
	 */
	public static RoutingService on(LocalRdsCluster cluster, RoutingListener listener, String... properties) {
		return on(cluster, Map.of("listener", listener), properties);
	}

	/**
	 * Starts a service.
	 * @param cluster its database
	 * @param objects what it has as beans besides, and does not close
	 * @param properties what it configures, as {@code name=value}
	 */
	public static RoutingService on(LocalRdsCluster cluster, Map<String, Object> objects, String... properties) {
		Map<String, Object> all = new HashMap<>(objects);
		all.put("cluster", cluster);
		return start(all, properties);
	}

	/**
	 * Starts a service that knows its database by an address alone.
	 * @param cluster what is behind the address, whose login it has
	 * @param writer the address, as host and port
	 * @param properties what it configures, as {@code name=value}
	 */
	public static RoutingService at(LocalRdsCluster cluster, String writer, String... properties) {
		return start(Map.of(),
				Stream
					.concat(Stream.of("rds.writer=" + writer, "rds.database=" + cluster.database(),
							"rds.credentials.username=" + cluster.username(),
							"rds.credentials.password=" + cluster.password()), Stream.of(properties))
					.toArray(String[]::new));
	}

	/**
	 * Starts a service with objects that are beans and are not closed with it.
	 */
	private static RoutingService start(Map<String, Object> objects, String... properties) {
		return new RoutingService(new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false)
			.properties("spring.flyway.enabled=false")
			.properties(properties)
			.initializers((context) -> objects.forEach(context.getBeanFactory()::registerSingleton))
			.run());
	}

	public ReadWriteRoutingDataSource dataSource() {
		return bean(ReadWriteRoutingDataSource.class);
	}

	/**
	 * Returns the transaction manager that is auto-configured for the data source.
	 */
	public PlatformTransactionManager transactionManager() {
		return bean(PlatformTransactionManager.class);
	}

	/**
	 * Returns the one bean of a type.
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	<T> Stream<T> beans(Class<T> type) {
		return this.context.getBeanProvider(type).orderedStream();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
