package io.rdsboot.autoconfigure.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.util.UtilityElf;
import io.rdsboot.autoconfigure.cluster.ConfiguredAddress;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.login.ApplicationName;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.core.Ordered;
import org.springframework.util.StringUtils;

/**
 * Applies {@code rds.pool.*}: what holds for all instances, and over it what holds for
 * the instance's role.
 */
@API(status = API.Status.INTERNAL)
public class HikariPoolPropertiesCustomizer implements HikariPoolCustomizer, Ordered {

	/**
	 * The least that HikariCP accepts for its time-outs.
	 */
	private static final Duration MINIMUM_TIMEOUT = Duration.ofMillis(250);

	private final RdsPoolProperties properties;

	private final @Nullable String applicationName;

	/**
	 * Create a customizer.
	 * @param properties the settings
	 * @param applicationName what connections are called in {@code pg_stat_activity}
	 * unless the settings say otherwise, or {@code null} to leave that to the driver
	 */
	public HikariPoolPropertiesCustomizer(RdsPoolProperties properties, @Nullable String applicationName) {
		this.properties = properties;
		this.applicationName = StringUtils.hasText(applicationName) ? ApplicationName.truncated(applicationName) : null;
		validate();
	}

	/**
	 * Runs before the customizers of the user, so that theirs win.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void customize(HikariConfig config, DatabaseInstance instance, InstanceRole role) {
		if (this.applicationName != null) {
			config.addDataSourceProperty(PGProperty.APPLICATION_NAME.getName(), this.applicationName);
		}
		apply(this.properties, config);
		switch (role) {
			case WRITER -> apply(this.properties.getWriter(), config);
			case READER -> apply(this.properties.getReader(), config);
			case UNKNOWN -> {
				// what holds for all instances
			}
		}
	}

	private static void apply(PoolSettings settings, HikariConfig config) {
		PropertyMapper map = PropertyMapper.get();
		map.from(settings::getMaximumPoolSize).to(config::setMaximumPoolSize);
		map.from(settings::getMinimumIdle).to(config::setMinimumIdle);
		map.from(settings::getConnectionTimeout).as(Duration::toMillis).to(config::setConnectionTimeout);
		map.from(settings::getValidationTimeout).as(Duration::toMillis).to(config::setValidationTimeout);
		map.from(settings::getIdleTimeout).as(Duration::toMillis).to(config::setIdleTimeout);
		map.from(settings::getMaxLifetime).as(Duration::toMillis).to(config::setMaxLifetime);
		map.from(settings::getKeepaliveTime).as(Duration::toMillis).to(config::setKeepaliveTime);
		map.from(settings::getLeakDetectionThreshold).as(Duration::toMillis).to(config::setLeakDetectionThreshold);
		map.from(settings::getConnectionInitSql).to(config::setConnectionInitSql);
		map.from(settings::getSchema).to(config::setSchema);
		map.from(settings::getTransactionIsolation).to(config::setTransactionIsolation);
		map.from(settings::getAutoCommit).to(config::setAutoCommit);
		map.from(settings::getRegisterMbeans).to(config::setRegisterMbeans);
		settings.getDataSourceProperties().forEach(config::addDataSourceProperty);
	}

	private void validate() {
		List<ConfigurationProblem> problems = new ArrayList<>();
		this.properties.byPrefix().forEach((prefix, settings) -> validate(prefix, settings, problems));
		validateAutoCommit(problems);
		if (!problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(problems);
		}
	}

	/**
	 * A connection says whether it is in auto-commit mode before it is known where it
	 * leads.
	 */
	private void validateAutoCommit(List<ConfigurationProblem> problems) {
		boolean common = !Boolean.FALSE.equals(this.properties.getAutoCommit());
		Boolean writer = this.properties.getWriter().getAutoCommit();
		Boolean reader = this.properties.getReader().getAutoCommit();
		if (((writer != null) ? writer : common) != ((reader != null) ? reader : common)) {
			String key = (writer != null) ? "rds.pool.writer.auto-commit" : "rds.pool.reader.auto-commit";
			problems.add(new ConfigurationProblem(key, String.valueOf((writer != null) ? writer : reader),
					"Connections to the writer and to readers would begin in different modes.",
					"Set rds.pool.auto-commit alone."));
		}
	}

	private static void validate(String prefix, PoolSettings settings, List<ConfigurationProblem> problems) {
		requireNumber(prefix + ".maximum-pool-size", settings.getMaximumPoolSize(), 1, problems);
		requireNumber(prefix + ".minimum-idle", settings.getMinimumIdle(), 0, problems);
		requireTimeout(prefix + ".connection-timeout", settings.getConnectionTimeout(), problems);
		requireTimeout(prefix + ".validation-timeout", settings.getValidationTimeout(), problems);
		requireIsolation(prefix + ".transaction-isolation", settings.getTransactionIsolation(), problems);
		for (String name : settings.getDataSourceProperties().keySet()) {
			try {
				ConfiguredAddress.requireDriverProperty(prefix + ".data-source-properties", name);
			}
			catch (InvalidRdsConfigurationException ex) {
				problems.addAll(ex.getProblems());
			}
		}
	}

	private static void requireNumber(String key, @Nullable Integer value, int minimum,
			List<ConfigurationProblem> problems) {
		if (value != null && value < minimum) {
			problems.add(atLeast(key, value, minimum));
		}
	}

	private static void requireIsolation(String key, @Nullable String isolation, List<ConfigurationProblem> problems) {
		try {
			UtilityElf.getTransactionIsolation(isolation);
		}
		catch (IllegalArgumentException ex) {
			problems.add(new ConfigurationProblem(key, isolation, "There is no such transaction isolation.",
					"Set " + key + " to TRANSACTION_READ_COMMITTED, TRANSACTION_REPEATABLE_READ or "
							+ "TRANSACTION_SERIALIZABLE."));
		}
	}

	private static void requireTimeout(String key, @Nullable Duration timeout, List<ConfigurationProblem> problems) {
		if (timeout != null && timeout.compareTo(MINIMUM_TIMEOUT) < 0) {
			problems.add(atLeast(key, timeout.toMillis() + "ms", MINIMUM_TIMEOUT.toMillis() + "ms"));
		}
	}

	private static ConfigurationProblem atLeast(String key, Object value, Object minimum) {
		return new ConfigurationProblem(key, value.toString(), "The least that is possible is " + minimum + ".",
				String.format(Locale.ROOT, "Set %s to %s or more.", key, minimum));
	}

}
