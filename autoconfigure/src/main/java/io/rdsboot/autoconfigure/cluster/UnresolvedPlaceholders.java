package io.rdsboot.autoconfigure.cluster;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition.OnClusterProperty;
import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import org.apiguardian.api.API;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.Environment;
import org.springframework.util.PlaceholderResolutionException;

/**
 * Refuses {@code rds.*} properties whose placeholders cannot be resolved. Spring Boot
 * binds the text of such a placeholder, so that <code>${KEY}</code>, which anybody can
 * guess, would become a password or the key that tokens are signed with.
 * <p>
 * While an application is processed ahead of time, its secrets are not there yet.
 */
@API(status = API.Status.INTERNAL)
public class UnresolvedPlaceholders implements BeanFactoryPostProcessor {

	private static final ConfigurationPropertyName RDS = ConfigurationPropertyName.of("rds");

	private final Environment environment;

	/**
	 * Create a check.
	 * @param environment the properties
	 */
	public UnresolvedPlaceholders(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (SpringProperties.getFlag(AbstractAotProcessor.AOT_PROCESSING)) {
			return;
		}
		boolean details = hasBean(beanFactory, RdsConnectionDetails.class)
				|| hasBean(beanFactory, JdbcConnectionDetails.class);
		ConfigurationProblems problems = new ConfigurationProblems();
		Set<ConfigurationPropertyName> seen = new HashSet<>();
		ConfigurationPropertySources.get(this.environment).forEach((source) -> {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter((name) -> RDS.isAncestorOf(name) && seen.add(name))
					.filter((name) -> !details || !OnClusterProperty.isPropertyOfCluster(name))
					.flatMap((name) -> Stream.ofNullable(source.getConfigurationProperty(name)))
					.forEach((property) -> check(property, problems));
			}
		});
		problems.throwIfAny();
	}

	private static boolean hasBean(ConfigurableListableBeanFactory beanFactory, Class<?> type) {
		return beanFactory.getBeanNamesForType(type, true, false).length > 0;
	}

	private void check(ConfigurationProperty property, ConfigurationProblems problems) {
		try {
			if (property.getValue() instanceof CharSequence text) {
				this.environment.resolveRequiredPlaceholders(text.toString());
			}
		}
		catch (PlaceholderResolutionException ex) {
			ConfigurationPropertyName name = property.getName();
			problems.add(name.toString(), null,
					"Its placeholder ${%s} cannot be resolved.".formatted(ex.getPlaceholder()),
					"Set %s, or give %s a value without it. Write \\${ for a value that contains ${ itself."
						.formatted(ex.getPlaceholder(), name));
		}
	}

}
