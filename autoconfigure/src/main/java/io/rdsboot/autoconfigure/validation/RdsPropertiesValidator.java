package io.rdsboot.autoconfigure.validation;

import java.beans.PropertyDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.actuate.RdsConsoleProperties;
import io.rdsboot.autoconfigure.actuate.RdsDiagnosticsProperties;
import io.rdsboot.autoconfigure.aws.RdsAwsProperties;
import io.rdsboot.autoconfigure.cluster.RdsProperties;
import io.rdsboot.autoconfigure.credentials.RdsCredentialsProperties;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.autoconfigure.tls.RdsTlsProperties;
import io.rdsboot.autoconfigure.topology.RdsGlobalDatabaseProperties;
import io.rdsboot.autoconfigure.topology.RdsTopologyProperties;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.io.support.SpringFactoriesLoader;

/**
 * Validates the {@code rds.*} properties as a whole before any bean is defined: refuses
 * properties that do not exist, naming the nearest one, and durations without a unit.
 * <p>
 * The system environment and system properties may hold names of others, such as the
 * {@code RDS_HOSTNAME} of Elastic Beanstalk. As in Spring Boot, only properties from
 * other sources are refused for their names.
 */
@API(status = API.Status.INTERNAL)
public class RdsPropertiesValidator implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	/**
	 * Runs last, because other initializers add property sources.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		List<ConfigurationProblem> problems = new ArrayList<>();
		KnownProperties known = new KnownProperties(problems);
		Map<ConfigurationPropertyName, Class<?>> extensions = new LinkedHashMap<>();
		SpringFactoriesLoader.forDefaultResourceLocation(context.getClassLoader())
			.load(PropertiesExtension.class)
			.forEach((each) -> extensions.put(ConfigurationPropertyName.of(each.prefix()), each.type()));
		extensions.forEach(known::addNames);
		Binder binder = Binder.get(context.getEnvironment());
		bind(binder, ConfigurationPropertyName.of("rds"), AllProperties.class, known)
			.filter((property) -> extensions.keySet()
				.stream()
				.noneMatch((prefix) -> prefix.isAncestorOf(property.getName())))
			.forEach((property) -> problems.add(known.unknown(property)));
		extensions.forEach((prefix, type) -> bind(binder, prefix, type, known)
			.forEach((property) -> problems.add(known.unknown(property))));
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

	/**
	 * Bind all properties below a prefix.
	 * @return those that do not exist
	 */
	private static Stream<ConfigurationProperty> bind(Binder binder, ConfigurationPropertyName prefix, Class<?> type,
			KnownProperties known) {
		try {
			binder.bind(prefix, Bindable.of(type),
					new NoUnboundElementsBindHandler(known, new UnboundElementsSourceFilter()));
			return Stream.empty();
		}
		catch (RuntimeException ex) {
			UnboundConfigurationPropertiesException unbound = unbound(ex);
			if (unbound == null) {
				throw ex;
			}
			return unbound.getUnboundProperties().stream().filter((property) -> !known.isInvalid(property.getName()));
		}
	}

	private static @Nullable UnboundConfigurationPropertiesException unbound(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnboundConfigurationPropertiesException unbound) {
				return unbound;
			}
		}
		return null;
	}

	/**
	 * Collects the names of all properties while the binder looks for them, and refuses
	 * durations without a unit. A value that cannot be converted is left to the binding
	 * of its own properties class, which reports it.
	 */
	private static final class KnownProperties implements BindHandler {

		private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]*[1-9][0-9]*");

		/**
		 * A name whose last element differs by more than this part is no help.
		 */
		private static final double MAXIMUM_DIFFERENCE = 0.4;

		/**
		 * Where the types of groups of properties are, each in the package of its
		 * feature.
		 */
		private static final String GROUPS = "io.rdsboot.";

		private static final ConfigurationPropertyName MOVE = ConfigurationPropertyName.of("rds.move");

		private final Set<ConfigurationPropertyName> names = new TreeSet<>();

		private final Set<ConfigurationPropertyName> invalid = new TreeSet<>();

		private final List<ConfigurationProblem> problems;

		private KnownProperties(List<ConfigurationProblem> problems) {
			this.problems = problems;
			addNames(ConfigurationPropertyName.of("rds"), AllProperties.class);
		}

		/**
		 * Adds what a user may have meant. The binder itself asks only for properties
		 * under a name that has some.
		 */
		private void addNames(ConfigurationPropertyName parent, Class<?> type) {
			for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
				ConfigurationPropertyName name = parent.append(DataObjectPropertyName.toDashedForm(property.getName()));
				if (property.getWriteMethod() != null || Map.class.isAssignableFrom(property.getPropertyType())) {
					this.names.add(name);
				}
				else if (property.getPropertyType().getPackageName().startsWith(GROUPS)) {
					addNames(name, property.getPropertyType());
				}
			}
		}

		@Override
		public <T> Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
			this.names.add(name);
			return target;
		}

		@Override
		public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Object result) {
			ConfigurationProperty property = context.getConfigurationProperty();
			if (result instanceof Duration && property != null) {
				String value = property.getValue().toString().strip();
				if (NUMBER.matcher(value).matches()) {
					this.problems.add(new ConfigurationProblem(name.toString(), value,
							"A duration needs a unit; without one, these would be milliseconds.",
							"Set %s to a value with a unit, such as %ss or %sms.".formatted(name, value, value)));
				}
			}
			return result;
		}

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) throws Exception {
			if (error instanceof UnboundConfigurationPropertiesException) {
				throw error;
			}
			this.invalid.add(name);
			return null;
		}

		/**
		 * Returns whether the value of a property, or of one above it, could not be
		 * bound.
		 */
		boolean isInvalid(ConfigurationPropertyName property) {
			return this.invalid.stream().anyMatch((name) -> name.equals(property) || name.isAncestorOf(property));
		}

		/**
		 * Returns what is to be said of a property that does not exist. Its value is not
		 * shown: it may be a secret under a misspelled name.
		 */
		ConfigurationProblem unknown(ConfigurationProperty property) {
			ConfigurationPropertyName name = property.getName();
			String origin = (property.getOrigin() != null) ? " It comes from %s.".formatted(property.getOrigin()) : "";
			if (MOVE.isAncestorOf(name) && this.names.stream().noneMatch(MOVE::isAncestorOf)) {
				return new ConfigurationProblem(name.toString(), null, "There is no such property." + origin,
						"Add the dependency io.rdsboot:rds-move, which has it, or remove it.");
			}
			ConfigurationPropertyName nearest = nearest(name);
			return new ConfigurationProblem(name.toString(), null, "There is no such property." + origin,
					(nearest != null) ? "Rename %s to %s, or remove it.".formatted(name, nearest)
							: "Remove %s. If it belongs to the application, give it another prefix than rds."
								.formatted(name));
		}

		/**
		 * Returns the property that a user most probably meant: one with a similar last
		 * element, and the most similar of those in its whole name.
		 */
		private @Nullable ConfigurationPropertyName nearest(ConfigurationPropertyName unknown) {
			return this.names.stream()
				.filter((name) -> difference(last(unknown), last(name)) < MAXIMUM_DIFFERENCE)
				.min(Comparator.comparingDouble((name) -> difference(last(unknown), last(name))
						+ difference(unknown.toString(), name.toString())))
				.orElse(null);
		}

		/**
		 * Returns which part of two texts differs, from 0 for equal texts to 1.
		 */
		private static double difference(String first, String second) {
			return (double) editDistance(first, second) / Math.max(first.length(), second.length());
		}

		private static String last(ConfigurationPropertyName name) {
			return name.isEmpty() ? "" : name.getLastElement(ConfigurationPropertyName.Form.UNIFORM);
		}

		/**
		 * Returns the Levenshtein distance of two texts.
		 */
		private static int editDistance(String first, String second) {
			int[] previous = new int[second.length() + 1];
			for (int column = 0; column <= second.length(); column++) {
				previous[column] = column;
			}
			for (int row = 1; row <= first.length(); row++) {
				int[] current = new int[second.length() + 1];
				current[0] = row;
				for (int column = 1; column <= second.length(); column++) {
					int replaced = previous[column - 1]
							+ ((first.charAt(row - 1) == second.charAt(column - 1)) ? 0 : 1);
					current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
				}
				previous = current;
			}
			return previous[second.length()];
		}

	}

	/**
	 * All {@code rds.*} properties as one object, so that a single binding meets each of
	 * them.
	 */
	static final class AllProperties extends RdsProperties {

		@NestedConfigurationProperty
		private final RdsAwsProperties aws = new RdsAwsProperties();

		@NestedConfigurationProperty
		private final RdsCredentialsProperties credentials = new RdsCredentialsProperties();

		@NestedConfigurationProperty
		private final RdsConsoleProperties console = new RdsConsoleProperties();

		@NestedConfigurationProperty
		private final RdsDiagnosticsProperties diagnostics = new RdsDiagnosticsProperties();

		@NestedConfigurationProperty
		private final RdsFailoverProperties failover = new RdsFailoverProperties();

		@NestedConfigurationProperty
		private final RdsGlobalDatabaseProperties globalDatabase = new RdsGlobalDatabaseProperties();

		@NestedConfigurationProperty
		private final RdsPoolProperties pool = new RdsPoolProperties();

		@NestedConfigurationProperty
		private final RdsRoutingProperties routing = new RdsRoutingProperties();

		@NestedConfigurationProperty
		private final RdsTlsProperties tls = new RdsTlsProperties();

		@NestedConfigurationProperty
		private final RdsTopologyProperties topology = new RdsTopologyProperties();

		@NestedConfigurationProperty
		private final RdsVectorProperties vector = new RdsVectorProperties();

		public RdsAwsProperties getAws() {
			return this.aws;
		}

		public RdsCredentialsProperties getCredentials() {
			return this.credentials;
		}

		public RdsConsoleProperties getConsole() {
			return this.console;
		}

		public RdsDiagnosticsProperties getDiagnostics() {
			return this.diagnostics;
		}

		public RdsFailoverProperties getFailover() {
			return this.failover;
		}

		public RdsGlobalDatabaseProperties getGlobalDatabase() {
			return this.globalDatabase;
		}

		public RdsPoolProperties getPool() {
			return this.pool;
		}

		public RdsRoutingProperties getRouting() {
			return this.routing;
		}

		public RdsTlsProperties getTls() {
			return this.tls;
		}

		public RdsTopologyProperties getTopology() {
			return this.topology;
		}

		public RdsVectorProperties getVector() {
			return this.vector;
		}

	}

}
