package io.rdsboot.benchmarks.http;

import java.util.Map;
import java.util.Objects;

import io.rdsboot.test.LocalRdsCluster;

import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * One instance of the web application, on Tomcat. Thread-safe.
 */
final class NoteInstance implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private NoteInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an instance.
	 * @param cluster its database
	 * @param reads hears of each borrow
	 * @param properties what it configures, as {@code name=value}
	 */
	static NoteInstance start(LocalRdsCluster cluster, ServedReads reads, String... properties) {
		return new NoteInstance(new SpringApplicationBuilder(Application.class).bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false)
			.properties("spring.flyway.enabled=false", "server.port=0", "logging.level.root=warn",
					"logging.level.io.rdsboot=warn", "logging.level.io.rdsboot.benchmarks=info")
			.properties(properties)
			.initializers((context) -> Map.of("cluster", cluster, "listener", reads)
				.forEach(context.getBeanFactory()::registerSingleton))
			.run());
	}

	String url() {
		WebServer server = ((WebServerApplicationContext) this.context).getWebServer();
		return "http://localhost:" + Objects.requireNonNull(server, "server").getPort();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ NoteController.class, NoteService.class })
	static class Application {

	}

}
