package io.rdsboot.test.spring;

import java.util.concurrent.atomic.AtomicReference;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsConfiguration;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link LocalRdsAutoConfiguration}.
 */
class LocalRdsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LocalRdsAutoConfiguration.class, DataSourceAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class));

	@Test
	void applicationWhenClusterIsBeanConnectsToIt() {
		AtomicReference<LocalRdsCluster> cluster = new AtomicReference<>();
		this.runner.withUserConfiguration(ClusterConfiguration.class).run((context) -> {
			cluster.set(context.getBean(LocalRdsCluster.class));
			Integer port = context.getBean(JdbcClient.class)
				.sql("SELECT inet_server_port()")
				.query(Integer.class)
				.single();
			assertThat(port).isEqualTo(cluster.get().writer().port());
		});
		assertThat(cluster.get().writer().state()).as("closed with the context")
			.isEqualTo(LocalRdsInstance.State.REMOVED);
	}

	@Test
	void applicationRunsOnTheClusterOfTheConfigurationForDevelopment() {
		SpringApplication.Running running = SpringApplication.from(OrderApplication::main)
			.with(LocalRdsConfiguration.class)
			.run("--rds.writer=db.example.org");
		try (ConfigurableApplicationContext context = running.getApplicationContext()) {
			LocalRdsCluster cluster = context.getBean(LocalRdsCluster.class);
			assertThat(cluster.readers()).hasSize(2);
			assertThat(context.getBean(JdbcClient.class).sql("SELECT inet_server_port()").query(Integer.class).single())
				.isEqualTo(cluster.writer().port());
		}
	}

	@Test
	void connectionDetailsWhenThereIsNoClusterAreBoots() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app")
			.run((context) -> assertThat(context.getBean(JdbcConnectionDetails.class).getJdbcUrl())
				.isEqualTo("jdbc:postgresql://db.example/app"));
	}

	@Test
	void connectionDetailsWhenUserHasOwnAreTheUsers() {
		this.runner.withUserConfiguration(ClusterConfiguration.class, DetailsConfiguration.class)
			.run((context) -> assertThat(context.getBean(JdbcConnectionDetails.class).getJdbcUrl())
				.isEqualTo("jdbc:postgresql://own.example/app"));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LocalRdsAutoConfiguration.class, DataSourceAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class })
	static class OrderApplication {

		static void main(String[] args) {
			SpringApplication.run(OrderApplication.class, args);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClusterConfiguration {

		@Bean
		LocalRdsCluster localRdsCluster() {
			return LocalRdsCluster.builder().readers(0).start();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DetailsConfiguration {

		@Bean
		JdbcConnectionDetails ownConnectionDetails() {
			return new JdbcConnectionDetails() {

				@Override
				public String getUsername() {
					return "own";
				}

				@Override
				public String getPassword() {
					return "own";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:postgresql://own.example/app";
				}

			};
		}

	}

}
