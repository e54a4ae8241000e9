package io.rdsboot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One instance of a web application on a local cluster, in a real server.
 */
final class WebService implements AutoCloseable {

	private static final String JETTY = "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration";

	private static final String TOMCAT = "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration";

	private static final String SESSION = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration";

	private static final String SECURITY = Stream
		.of("UserDetailsServiceAutoConfiguration", "SecurityAutoConfiguration",
				"web.servlet.SecurityFilterAutoConfiguration", "web.servlet.ServletWebSecurityAutoConfiguration",
				"actuate.web.servlet.ManagementWebSecurityAutoConfiguration")
		.map((name) -> "org.springframework.boot.security.autoconfigure." + name)
		.collect(Collectors.joining(","));

	/**
	 * Runs an application on Jetty, without Spring Security and Spring Session.
	 */
	static final String ON_JETTY = exclude(TOMCAT, SESSION, SECURITY);

	/**
	 * Runs an application on Tomcat, without Spring Security and Spring Session.
	 */
	static final String ON_TOMCAT = exclude(JETTY, SESSION, SECURITY);

	/**
	 * Runs an application on Tomcat, with Spring Security and Spring Session.
	 */
	static final String WITH_SECURITY_AND_SESSION = exclude(JETTY);

	private final ConfigurableApplicationContext context;

	private WebService(ConfigurableApplicationContext context) {
		this.context = context;
	}

	private static String exclude(String... autoConfigurations) {
		return "spring.autoconfigure.exclude=" + String.join(",", autoConfigurations);
	}

	/**
	 * Starts an instance on Tomcat, without Spring Security and Spring Session, unless a
	 * property says otherwise.
	 */
	static WebService start(LocalRdsCluster cluster, Class<?> application, String... properties) {
		List<String> all = new ArrayList<>(List.of(ON_TOMCAT, "server.port=0", "spring.flyway.enabled=false",
				"spring.jpa.open-in-view=false", "rds.writer=" + address(cluster.writer()),
				"rds.readers=" + cluster.readers().stream().map(WebService::address).collect(Collectors.joining(",")),
				"rds.database=" + cluster.database(), "rds.credentials.username=" + cluster.username(),
				"rds.credentials.password=" + cluster.password()));
		return start(application, all, properties);
	}

	/**
	 * Starts an instance that has no database.
	 */
	static WebService start(Class<?> application, String... properties) {
		return start(application, new ArrayList<>(List.of("server.port=0")), properties);
	}

	private static WebService start(Class<?> application, List<String> all, String... properties) {
		for (String property : properties) {
			all.removeIf((other) -> other.startsWith(property.substring(0, property.indexOf('=') + 1)));
			all.add(property);
		}
		return new WebService(new SpringApplicationBuilder(application).bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	String url() {
		return "http://localhost:" + ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
