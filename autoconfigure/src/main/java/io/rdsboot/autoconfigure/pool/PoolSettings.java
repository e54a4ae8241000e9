package io.rdsboot.autoconfigure.pool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Settings of connection pools, named as HikariCP names them. A setting that is
 * {@code null} is left to the less specific level, and in the end to HikariCP.
 */
public class PoolSettings {

	/**
	 * Maximum number of connections to one instance. HikariCP's default applies if not
	 * set.
	 */
	private @Nullable Integer maximumPoolSize;

	/**
	 * Minimum number of idle connections to one instance. The maximum pool size applies
	 * if not set.
	 */
	private @Nullable Integer minimumIdle;

	/**
	 * Maximum time to wait for a connection from a pool.
	 */
	private @Nullable Duration connectionTimeout;

	/**
	 * Maximum time to wait for an idle connection to answer before it is used again.
	 */
	private @Nullable Duration validationTimeout;

	/**
	 * Time after which an idle connection is closed, if there are more than the minimum.
	 */
	private @Nullable Duration idleTimeout;

	/**
	 * Time after which a connection is replaced once it is idle.
	 */
	private @Nullable Duration maxLifetime;

	/**
	 * Interval at which an idle connection is tested.
	 */
	private @Nullable Duration keepaliveTime;

	/**
	 * Time after which a connection that was not returned is logged as a leak. Never if
	 * not set.
	 */
	private @Nullable Duration leakDetectionThreshold;

	/**
	 * Statement to run on every new connection.
	 */
	private @Nullable String connectionInitSql;

	/**
	 * Schema that new connections start in.
	 */
	private @Nullable String schema;

	/**
	 * Transaction isolation of new connections, such as TRANSACTION_REPEATABLE_READ.
	 */
	private @Nullable String transactionIsolation;

	/**
	 * Whether connections begin in auto-commit mode, for all instances alike.
	 */
	private @Nullable Boolean autoCommit;

	/**
	 * Whether to register the pools as MBeans.
	 */
	private @Nullable Boolean registerMbeans;

	/**
	 * Whether startup fails if no connection can be opened. A reader that is down never
	 * makes it fail; one that reports a mistake, such as a wrong password, does.
	 */
	private @Nullable Boolean failFast;

	/**
	 * Connection properties of pgjdbc, such as socketTimeout.
	 */
	private final Map<String, String> dataSourceProperties = new LinkedHashMap<>();

	public @Nullable Integer getMaximumPoolSize() {
		return this.maximumPoolSize;
	}

	public void setMaximumPoolSize(@Nullable Integer maximumPoolSize) {
		this.maximumPoolSize = maximumPoolSize;
	}

	public @Nullable Integer getMinimumIdle() {
		return this.minimumIdle;
	}

	public void setMinimumIdle(@Nullable Integer minimumIdle) {
		this.minimumIdle = minimumIdle;
	}

	public @Nullable Duration getConnectionTimeout() {
		return this.connectionTimeout;
	}

	public void setConnectionTimeout(@Nullable Duration connectionTimeout) {
		this.connectionTimeout = connectionTimeout;
	}

	public @Nullable Duration getValidationTimeout() {
		return this.validationTimeout;
	}

	public void setValidationTimeout(@Nullable Duration validationTimeout) {
		this.validationTimeout = validationTimeout;
	}

	public @Nullable Duration getIdleTimeout() {
		return this.idleTimeout;
	}

	public void setIdleTimeout(@Nullable Duration idleTimeout) {
		this.idleTimeout = idleTimeout;
	}

	public @Nullable Duration getMaxLifetime() {
		return this.maxLifetime;
	}

	public void setMaxLifetime(@Nullable Duration maxLifetime) {
		this.maxLifetime = maxLifetime;
	}

	public @Nullable Duration getKeepaliveTime() {
		return this.keepaliveTime;
	}

	public void setKeepaliveTime(@Nullable Duration keepaliveTime) {
		this.keepaliveTime = keepaliveTime;
	}

	public @Nullable Duration getLeakDetectionThreshold() {
		return this.leakDetectionThreshold;
	}

	public void setLeakDetectionThreshold(@Nullable Duration leakDetectionThreshold) {
		this.leakDetectionThreshold = leakDetectionThreshold;
	}

	public @Nullable String getConnectionInitSql() {
		return this.connectionInitSql;
	}

	public void setConnectionInitSql(@Nullable String connectionInitSql) {
		this.connectionInitSql = connectionInitSql;
	}

	public @Nullable String getSchema() {
		return this.schema;
	}

	public void setSchema(@Nullable String schema) {
		this.schema = schema;
	}

	public @Nullable String getTransactionIsolation() {
		return this.transactionIsolation;
	}

	public void setTransactionIsolation(@Nullable String transactionIsolation) {
		this.transactionIsolation = transactionIsolation;
	}

	public @Nullable Boolean getAutoCommit() {
		return this.autoCommit;
	}

	public void setAutoCommit(@Nullable Boolean autoCommit) {
		this.autoCommit = autoCommit;
	}

	public @Nullable Boolean getRegisterMbeans() {
		return this.registerMbeans;
	}

	public void setRegisterMbeans(@Nullable Boolean registerMbeans) {
		this.registerMbeans = registerMbeans;
	}

	public @Nullable Boolean getFailFast() {
		return this.failFast;
	}

	public void setFailFast(@Nullable Boolean failFast) {
		this.failFast = failFast;
	}

	public Map<String, String> getDataSourceProperties() {
		return this.dataSourceProperties;
	}

}
