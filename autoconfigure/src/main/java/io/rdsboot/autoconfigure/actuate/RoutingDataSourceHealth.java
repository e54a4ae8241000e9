package io.rdsboot.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.actuate.ClusterHealth;
import io.rdsboot.actuate.WriterElsewhere;
import io.rdsboot.actuate.WriterHealthIndicator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;

/**
 * Takes the routing data source out of Boot's {@code db} health, which would borrow a
 * connection and wait for it, and puts in what is known of the writer. Other data sources
 * of the application keep Boot's.
 */
final class RoutingDataSourceHealth implements BeanPostProcessor {

	private static final String BOOTS_BEAN = "dbHealthContributor";

	private static final String DATA_SOURCE = "dataSource";

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<ClusterHealth> cluster;

	private final ObjectProvider<WriterElsewhere> elsewhere;

	RoutingDataSourceHealth(ConfigurableListableBeanFactory beanFactory, ObjectProvider<ClusterHealth> cluster,
			ObjectProvider<WriterElsewhere> elsewhere) {
		this.beanFactory = beanFactory;
		this.cluster = cluster;
		this.elsewhere = elsewhere;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!BOOTS_BEAN.equals(beanName) || !isBoots()) {
			return bean;
		}
		if (bean instanceof CompositeHealthContributor all) {
			Map<String, HealthContributor> contributors = new LinkedHashMap<>();
			for (HealthContributors.Entry entry : all) {
				contributors.put(entry.name(), DATA_SOURCE.equals(entry.name()) ? known() : entry.contributor());
			}
			return CompositeHealthContributor.fromMap(contributors);
		}
		return known();
	}

	private boolean isBoots() {
		BeanDefinition definition = this.beanFactory.getBeanDefinition(BOOTS_BEAN);
		return DataSourceHealthContributorAutoConfiguration.class.getName().equals(definition.getFactoryBeanName());
	}

	/**
	 * The cluster is asked for with the first question, as this is made before all beans.
	 */
	private HealthIndicator known() {
		return () -> new WriterHealthIndicator(this.cluster.getObject(),
				this.elsewhere.getIfAvailable(() -> () -> null))
			.health();
	}

}
