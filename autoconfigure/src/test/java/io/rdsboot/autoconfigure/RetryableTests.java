package io.rdsboot.autoconfigure;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of Spring's {@code @Retryable} with {@link SafeToRepeat}, as docs/failover.md
 * shows it.
 */
@LocalRds(readers = 0)
class RetryableTests {

	private final ApplicationContextRunner runner;

	RetryableTests(LocalRdsCluster cluster) {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + cluster.writer().port(), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password())
			.withBean(Orders.class);
	}

	@Test
	void methodIsRepeatedWithNothingEnabled() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			orders.place("40001");
			assertThat(orders.attempts()).isEqualTo(2);
		});
	}

	@Test
	void methodIsNotRepeatedWhereThatIsNotSafe() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThatExceptionOfType(ConcurrencyFailureException.class).isThrownBy(() -> orders.place("08007"));
			assertThat(orders.attempts()).isEqualTo(1);
		});
	}

	@Test
	void methodsAreRepeatedOnceWhereTheApplicationEnablesThat() {
		this.runner.withUserConfiguration(Resilient.class).run((context) -> {
			assertThat(context).hasSingleBean(RetryAnnotationBeanPostProcessor.class);
			Orders orders = context.getBean(Orders.class);
			orders.place("40P01");
			assertThat(orders.attempts()).isEqualTo(2);
		});
	}

	static class Orders {

		private final AtomicInteger attempts = new AtomicInteger();

		int attempts() {
			return this.attempts.get();
		}

		@Retryable(predicate = SafeToRepeat.class, delay = 1)
		@Transactional
		void place(String sqlState) {
			if (this.attempts.incrementAndGet() == 1) {
				throw new ConcurrencyFailureException("refused", new SQLException("refused", sqlState));
			}
		}

	}

	@EnableResilientMethods
	@Configuration(proxyBeanMethods = false)
	static class Resilient {

	}

}
