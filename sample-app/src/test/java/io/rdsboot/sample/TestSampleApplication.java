package io.rdsboot.sample;

import io.rdsboot.sample.move.LocalMove;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsClusterBuilder;
import io.rdsboot.test.LocalRdsMove;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The service at development time: on a local cluster of one writer and two readers, or,
 * with the profile {@code move}, on a database that moves to another.
 */
public class TestSampleApplication {

	private static final Logger logger = LoggerFactory.getLogger(TestSampleApplication.class);

	/**
	 * Starts the cluster, then the service.
	 * @param args properties in Spring Boot's form
	 */
	public static void main(String[] args) {
		SpringApplication.from(SampleApplication::main)
			.with(LocalCluster.class, LocalMove.class)
			.withAdditionalProfiles("development")
			.run(args);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class LocalCluster {

		/**
		 * Starts the cluster that the profile needs: {@code iam},
		 * {@code secrets-manager}, or none of them. With {@code move} it is the target of
		 * the move, which runs already.
		 */
		@Bean
		LocalRdsCluster localRdsCluster(Environment environment, ObjectProvider<LocalRdsMove> move) {
			LocalRdsMove moving = move.getIfAvailable();
			if (moving != null) {
				return moving.target().cluster();
			}
			LocalRdsClusterBuilder builder = LocalRdsCluster.builder().readers(2);
			if (environment.matchesProfiles("iam")) {
				builder.iam();
			}
			if (environment.matchesProfiles("secrets-manager")) {
				builder.secretsManager();
			}
			return builder.start();
		}

		@Bean
		RouterFunction<ServerResponse> localOperations(LocalRdsCluster cluster) {
			return LocalOperations.routes(cluster);
		}

		@Bean
		ApplicationListener<ApplicationReadyEvent> pageAddress() {
			return (event) -> logger.info("Search at http://localhost:{}/ (stop with Ctrl-C)",
					event.getApplicationContext().getEnvironment().getProperty("local.server.port"));
		}

	}

}
