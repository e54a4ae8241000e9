package io.rdsboot.service;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One instance of a service, connected to a local cluster.
 */
final class ServiceInstance implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private ServiceInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an instance that answers HTTP requests on a free port.
	 */
	static ServiceInstance ofWeb(LocalRdsCluster cluster, Class<?> application, String... properties) {
		return start(cluster, application, WebApplicationType.SERVLET, properties);
	}

	/**
	 * Starts an instance that has no HTTP.
	 */
	static ServiceInstance of(LocalRdsCluster cluster, Class<?> application, String... properties) {
		return start(cluster, application, WebApplicationType.NONE, properties);
	}

	private static ServiceInstance start(LocalRdsCluster cluster, Class<?> application, WebApplicationType type,
			String... properties) {
		List<String> all = new ArrayList<>(List.of("server.port=0", "spring.main.banner-mode=off",
				"rds.writer=" + address(cluster.writer()), "rds.database=" + cluster.database(),
				"rds.readers="
						+ cluster.readers().stream().map(ServiceInstance::address).collect(Collectors.joining(",")),
				"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password(),
				"rds.topology.poll-interval=100ms", "rds.pool.maximum-pool-size=4", "spring.flyway.enabled=false",
				// Needs a table.
				"db-scheduler.enabled=false"));
		all.addAll(List.of(properties));
		return new ServiceInstance(
				new SpringApplicationBuilder(application).web(type).properties(all.toArray(String[]::new)).run());
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Returns the body of the answer to a GET request of a browser with its cookies.
	 */
	String get(CookieManager cookies, String path) throws IOException, InterruptedException {
		HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();
		URI uri = URI
			.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + path);
		HttpResponse<String> response = client.send(HttpRequest.newBuilder(uri).build(),
				HttpResponse.BodyHandlers.ofString());
		if (response.statusCode() != 200) {
			throw new IllegalStateException(
					path + " was answered with " + response.statusCode() + ": " + response.body());
		}
		return response.body();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
