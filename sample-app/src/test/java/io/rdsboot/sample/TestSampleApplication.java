package io.rdsboot.sample;

import io.rdsboot.test.LocalRdsCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/**
 * The service at development time: on a local cluster of one writer and two readers.
 */
public class TestSampleApplication {

	private static final Logger logger = LoggerFactory.getLogger(TestSampleApplication.class);

	/**
	 * Starts the cluster, then the service.
	 * @param args properties in Spring Boot's form
	 */
	public static void main(String[] args) {
		SpringApplication.from(SampleApplication::main)
			.with(LocalCluster.class)
			.withAdditionalProfiles("development")
			.run(args);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class LocalCluster {

		@Bean
		LocalRdsCluster localRdsCluster() {
			return LocalRdsCluster.builder().readers(2).start();
		}

		@Bean
		ApplicationListener<ApplicationReadyEvent> pageAddress() {
			return (event) -> logger.info("Search at http://localhost:{}/ (stop with Ctrl-C)",
					event.getApplicationContext().getEnvironment().getProperty("local.server.port"));
		}

	}

}
