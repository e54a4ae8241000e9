package io.rdsboot.pooler;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.test.LocalRdsCluster;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An auto-configured service with the settings as shipped, but for its addresses.
 */
final class PooledService {

	final JdbcTemplate jdbc;

	final TopologyProvider topology;

	final RdsRetry retry;

	private final PlatformTransactionManager transactionManager;

	private PooledService(AssertableApplicationContext context) {
		this.jdbc = context.getBean(JdbcTemplate.class);
		this.topology = context.getBean(TopologyProvider.class);
		this.transactionManager = context.getBean(PlatformTransactionManager.class);
		this.retry = RdsRetry.builder(this.transactionManager).build();
	}

	/**
	 * Runs a service.
	 * @param cluster whose login it has
	 * @param addresses the writer's URL, and those of readers
	 * @param work what it does
	 * @param properties further properties
	 */
	static void run(LocalRdsCluster cluster, List<String> addresses, Work work, String... properties) {
		runner(cluster, addresses, properties).run((context) -> work.accept(new PooledService(context)));
	}

	static ApplicationContextRunner runner(LocalRdsCluster cluster, List<String> addresses, String... properties) {
		List<String> all = new ArrayList<>(List.of("rds.writer=" + addresses.get(0),
				"rds.readers=" + String.join(",", addresses.subList(1, addresses.size())),
				"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password()));
		all.addAll(List.of(properties));
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					TransactionManagerCustomizationAutoConfiguration.class))
			.withPropertyValues(all.toArray(String[]::new));
	}

	TransactionTemplate transaction(int isolation, boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setIsolationLevel(isolation);
		template.setReadOnly(readOnly);
		return template;
	}

	TransactionTemplate writing() {
		return transaction(TransactionDefinition.ISOLATION_DEFAULT, false);
	}

	TransactionTemplate reading() {
		return transaction(TransactionDefinition.ISOLATION_DEFAULT, true);
	}

	interface Work {

		void accept(PooledService service) throws Exception;

	}

}
