package io.rdsboot.benchmarks.startup;

import java.lang.management.ManagementFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * A service of JDBC and Flyway that ends when its context is refreshed, and says how long
 * that took from the start of the JVM.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartupService {

	static final String READY = "Ready after (ms): ";

	/**
	 * Starts the service and ends it.
	 * @param args its properties
	 */
	@SuppressWarnings("SystemOut")
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(StartupService.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
		System.out.println(READY + ManagementFactory.getRuntimeMXBean().getUptime());
		System.exit(0);
	}

}
