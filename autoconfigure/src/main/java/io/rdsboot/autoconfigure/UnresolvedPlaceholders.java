package io.rdsboot.autoconfigure;

import java.util.HashSet;
import java.util.Set;

import io.rdsboot.autoconfigure.OnRdsClusterCondition.OnClusterProperty;
import io.rdsboot.autoconfigure.RdsPropertiesValidator.AllProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.PropertyPlaceholderHelper;
import org.springframework.util.SystemPropertyUtils;

/**
 * Refuses {@code rds.*} properties whose placeholders cannot be resolved. Spring Boot
 * binds the text of such a placeholder, so that <code>${KEY}</code>, which anybody can
 * guess, would become a password or the key that tokens are signed with.
 * <p>
 * The properties are bound as they will be later, so that values that nobody reads, such
 * as those of environment variables of others, do not matter. While an application is
 * processed ahead of time, its secrets are not there yet.
 */
class UnresolvedPlaceholders implements BeanFactoryPostProcessor {

	private final ConfigurableEnvironment environment;

	/**
	 * Create a check.
	 * @param environment the properties
	 */
	UnresolvedPlaceholders(ConfigurableEnvironment environment) {
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
		new Binder(ConfigurationPropertySources.get(this.environment), strictResolver()).bind("rds",
				Bindable.of(AllProperties.class), new FailureCollector(problems, details));
		problems.throwIfAny();
	}

	private static boolean hasBean(ConfigurableListableBeanFactory beanFactory, Class<?> type) {
		return beanFactory.getBeanNamesForType(type, true, false).length > 0;
	}

	private PropertySourcesPlaceholdersResolver strictResolver() {
		return new PropertySourcesPlaceholdersResolver(this.environment.getPropertySources(),
				new PropertyPlaceholderHelper(SystemPropertyUtils.PLACEHOLDER_PREFIX,
						SystemPropertyUtils.PLACEHOLDER_SUFFIX, SystemPropertyUtils.VALUE_SEPARATOR,
						SystemPropertyUtils.ESCAPE_CHARACTER, false));
	}

	/**
	 * Collects placeholders. Other failures are left to the binding of each properties
	 * class, which reports them.
	 */
	private static final class FailureCollector implements BindHandler {

		private final ConfigurationProblems problems;

		private final boolean details;

		/**
		 * The binder asks for what is in a map more than once.
		 */
		private final Set<ConfigurationPropertyName> seen = new HashSet<>();

		/**
		 * Create a handler.
		 * @param problems takes what is wrong
		 * @param details whether connection details take the place of the properties of
		 * the cluster
		 */
		private FailureCollector(ConfigurationProblems problems, boolean details) {
			this.problems = problems;
			this.details = details;
		}

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) {
			if (error instanceof PlaceholderResolutionException ex
					&& !(this.details && OnClusterProperty.isPropertyOfCluster(name)) && this.seen.add(name)) {
				this.problems.add(name.toString(), null,
						"Its placeholder ${%s} cannot be resolved.".formatted(ex.getPlaceholder()),
						"Set %s, or give %s a value without it. Write \\${ for a value that contains ${ itself."
							.formatted(ex.getPlaceholder(), name));
			}
			return null;
		}

	}

}
