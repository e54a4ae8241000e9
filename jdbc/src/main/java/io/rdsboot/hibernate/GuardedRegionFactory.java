package io.rdsboot.hibernate;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.routing.SessionDataSource;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.TimestampsRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.model.domain.NavigableRole;

/**
 * Second-level cache that does not take what a lagging reader serves: a row, a collection
 * or a query's result that was invalidated since. Thread-safe.
 */
final class GuardedRegionFactory implements RegionFactory {

	private static final long serialVersionUID = 1L;

	private final RegionFactory delegate;

	private final transient SessionDataSource dataSource;

	/**
	 * Of the results of queries: any table's change.
	 */
	private final transient CacheGuard tables;

	GuardedRegionFactory(RegionFactory delegate, SessionDataSource dataSource) {
		this.delegate = delegate;
		this.dataSource = dataSource;
		this.tables = new CacheGuard(dataSource);
	}

	@Override
	public void start(SessionFactoryOptions settings, Map<String, Object> configValues) {
		this.delegate.start(settings, configValues);
	}

	@Override
	public void stop() {
		this.delegate.stop();
	}

	@Override
	public boolean isMinimalPutsEnabledByDefault() {
		return this.delegate.isMinimalPutsEnabledByDefault();
	}

	@Override
	public AccessType getDefaultAccessType() {
		return this.delegate.getDefaultAccessType();
	}

	@Override
	public String qualify(String regionName) {
		return this.delegate.qualify(regionName);
	}

	@Override
	public CacheTransactionSynchronization createTransactionContext(SharedSessionContractImplementor session) {
		return this.delegate.createTransactionContext(session);
	}

	@Override
	public long nextTimestamp() {
		return this.delegate.nextTimestamp();
	}

	@Override
	public long getTimeout() {
		return this.delegate.getTimeout();
	}

	@Override
	public DomainDataRegion buildDomainDataRegion(DomainDataRegionConfig regionConfig,
			DomainDataRegionBuildingContext buildingContext) {
		return new GuardedRegion(this.delegate.buildDomainDataRegion(regionConfig, buildingContext), this);
	}

	@Override
	public QueryResultsRegion buildQueryResultsRegion(String regionName, SessionFactoryImplementor sessionFactory) {
		return GuardedAccess.toResults(this.delegate.buildQueryResultsRegion(regionName, sessionFactory),
				QueryResultsRegion.class, this.tables);
	}

	@Override
	public TimestampsRegion buildTimestampsRegion(String regionName, SessionFactoryImplementor sessionFactory) {
		return GuardedAccess.toTimestamps(this.delegate.buildTimestampsRegion(regionName, sessionFactory),
				TimestampsRegion.class, this.tables);
	}

	/**
	 * Region of entities, their natural identifiers, and collections, with a guard for
	 * each of them.
	 */
	private static final class GuardedRegion implements DomainDataRegion {

		private final DomainDataRegion delegate;

		private final GuardedRegionFactory factory;

		private final Map<NavigableRole, CacheGuard> guards = new ConcurrentHashMap<>();

		GuardedRegion(DomainDataRegion delegate, GuardedRegionFactory factory) {
			this.delegate = delegate;
			this.factory = factory;
		}

		private CacheGuard guard(NavigableRole role) {
			return this.guards.computeIfAbsent(role, (key) -> new CacheGuard(this.factory.dataSource));
		}

		@Override
		public EntityDataAccess getEntityDataAccess(NavigableRole role) {
			return GuardedAccess.to(this.delegate.getEntityDataAccess(role), EntityDataAccess.class, guard(role));
		}

		@Override
		public NaturalIdDataAccess getNaturalIdDataAccess(NavigableRole role) {
			return GuardedAccess.to(this.delegate.getNaturalIdDataAccess(role), NaturalIdDataAccess.class, guard(role));
		}

		@Override
		public CollectionDataAccess getCollectionDataAccess(NavigableRole role) {
			return GuardedAccess.to(this.delegate.getCollectionDataAccess(role), CollectionDataAccess.class,
					guard(role));
		}

		@Override
		public String getName() {
			return this.delegate.getName();
		}

		@Override
		public RegionFactory getRegionFactory() {
			return this.factory;
		}

		@Override
		public void clear() {
			this.delegate.clear();
			this.guards.values().forEach(CacheGuard::invalidated);
		}

		@Override
		public void destroy() {
			this.delegate.destroy();
		}

	}

}
