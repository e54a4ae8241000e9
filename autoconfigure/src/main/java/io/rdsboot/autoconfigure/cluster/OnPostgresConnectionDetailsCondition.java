package io.rdsboot.autoconfigure.cluster;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * Matches unless a bean of type {@link JdbcConnectionDetails} is known to be for another
 * database than PostgreSQL.
 *
 * <p>
 * Conditions are evaluated before beans can be made. So the details are asked only where
 * that makes no other bean: where Spring Boot registered them, and where the application
 * declares them in a static method. Of a container that is a bean, its type tells. Where
 * nothing tells, the condition matches.
 */
@API(status = API.Status.INTERNAL)
public class OnPostgresConnectionDetailsCondition extends SpringBootCondition implements ConfigurationCondition {

	/**
	 * URL of another database. What is no URL of JDBC is none: it is refused for that.
	 */
	private static final Pattern OTHER_URL = Pattern.compile("jdbc:(?!postgresql:)[a-z0-9-]+:.*", Pattern.DOTALL);

	private static final String CONTAINER = "org.testcontainers.containers.JdbcDatabaseContainer";

	/**
	 * What the types of other databases' containers begin with, such as
	 * {@code MySQLContainer}.
	 */
	private static final Set<String> OTHER_CONTAINERS = Set.of("clickhouse", "databend", "db2", "mariadb", "mssql",
			"mysql", "oceanbase", "oracle", "presto", "tidb", "timeplus", "trino");

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("PostgreSQL connection details");
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		if (beans == null || beans.getBeanNamesForType(RdsConnectionDetails.class, true, false).length > 0) {
			return ConditionOutcome.match(message.because("there are details of a cluster, or no beans"));
		}
		return Stream.of(beans.getBeanNamesForType(JdbcConnectionDetails.class, true, false))
			.filter((name) -> isOfOtherDatabase(beans, name))
			.findFirst()
			.map((name) -> ConditionOutcome
				.noMatch(message.because("bean '%s' is for another database".formatted(name))))
			.orElseGet(() -> ConditionOutcome.match(message.because("no bean is for another database")));
	}

	/**
	 * Returns whether connection details are known to be for another database.
	 * @param beans the beans, some of which may not be made yet
	 * @param name the name of the details
	 */
	public static boolean isOfOtherDatabase(ConfigurableListableBeanFactory beans, String name) {
		String[] containers = ClassUtils.isPresent(CONTAINER, beans.getBeanClassLoader()) ? beans.getBeanNamesForType(
				ClassUtils.resolveClassName(CONTAINER, beans.getBeanClassLoader()), true, false) : new String[0];
		if (containers.length > 0 && isOfContainer(beans.getType(name, false))) {
			return Stream.of(containers).allMatch((container) -> isOtherContainer(beans.getType(container, false)));
		}
		return isReadable(beans, name) && isOtherUrl(beans, name);
	}

	private static boolean isOfContainer(@Nullable Class<?> type) {
		return superclasses(type).anyMatch((each) -> JdbcRdsConnectionDetails.OF_CONTAINERS.contains(each.getName()));
	}

	private static boolean isOtherContainer(@Nullable Class<?> type) {
		return superclasses(type).map((each) -> each.getSimpleName().toLowerCase(Locale.ROOT))
			.anyMatch((each) -> OTHER_CONTAINERS.stream().anyMatch(each::startsWith));
	}

	private static Stream<Class<?>> superclasses(@Nullable Class<?> type) {
		return (type != null) ? Stream.<Class<?>>iterate(type, Objects::nonNull, Class::getSuperclass) : Stream.empty();
	}

	private static boolean isReadable(ConfigurableListableBeanFactory beans, String name) {
		if (SpringProperties.getFlag(AbstractAotProcessor.AOT_PROCESSING)) {
			// Nothing is started when an application is processed ahead of time.
			return false;
		}
		return beans.containsSingleton(name) || needsNoOtherBean(beans.getMergedBeanDefinition(name));
	}

	private static boolean needsNoOtherBean(BeanDefinition definition) {
		boolean bySupplier = definition instanceof AbstractBeanDefinition made && made.getInstanceSupplier() != null;
		return bySupplier || (definition.getFactoryMethodName() != null && definition.getFactoryBeanName() == null);
	}

	/**
	 * Returns whether a URL is one of another database than PostgreSQL.
	 */
	static boolean isOtherUrl(String url) {
		return OTHER_URL.matcher(url).matches();
	}

	private static boolean isOtherUrl(ConfigurableListableBeanFactory beans, String name) {
		try {
			return isOtherUrl(beans.getBean(name, JdbcConnectionDetails.class).getJdbcUrl());
		}
		catch (RuntimeException ex) {
			// Such as that of a container that cannot start: reported when it is needed.
			return false;
		}
	}

}
