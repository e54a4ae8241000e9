package io.rdsboot.autoconfigure.integration;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.routing.consistency.ConsistencyTaskDecorator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsTaskExecutionConfiguration} with executors and decorators of the
 * application's.
 */
@ExtendWith(OutputCaptureExtension.class)
class RdsTaskExecutionConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
		.withBean(TopologyProvider.class,
				() -> new ManualTopology(new InstanceState(DatabaseInstance.at(InstanceAddress.parse("w.example.com")),
						InstanceRole.WRITER, true)))
		.withPropertyValues("rds.writer=w.example.com", "rds.database=app", "rds.credentials.username=app",
				"rds.credentials.password=secret", "rds.pool.fail-fast=false")
		.withUserConfiguration(ExecutorConfiguration.class);

	@Test
	void executorThatCarriesNoSessionIsNamedAtStart(CapturedOutput output) {
		this.runner.withUserConfiguration(AsyncConfiguration.class).run((context) -> {
			assertThat(output).contains("@Async methods that run on the executor 'plainExecutor' "
					+ "(java.util.concurrent.ThreadPoolExecutor) may not see what their caller has just written");
			assertThat(output).doesNotContain("'springExecutor'");
		});
	}

	@Test
	void nothingIsSaidWithoutAsyncMethods(CapturedOutput output) {
		this.runner.run((context) -> assertThat(output).doesNotContain("plainExecutor"));
	}

	@Test
	void decoratorOfTheApplicationIsTheOneThatIsInjected() {
		TaskDecorator own = (task) -> task;
		this.runner.withBean("own", TaskDecorator.class, () -> own).run((context) -> {
			assertThat(context.getBean(TaskDecorator.class)).isSameAs(own);
			assertThat(context.getBeanProvider(TaskDecorator.class).orderedStream()).hasSize(2)
				.first()
				.isInstanceOf(ConsistencyTaskDecorator.class);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class ExecutorConfiguration {

		@Bean
		ExecutorService plainExecutor() {
			return Executors.newFixedThreadPool(1);
		}

		@Bean
		ThreadPoolTaskExecutor springExecutor() {
			return new ThreadPoolTaskExecutor();
		}

	}

}
