package io.rdsboot.autoconfigure.vector;

import java.util.Set;

import io.rdsboot.vector.VectorRepository;

import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDependsOnDatabaseInitializationDetector;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;

/**
 * {@link DependsOnDatabaseInitializationDetector} for {@link VectorRepository} beans, the
 * application's own included.
 */
class VectorRepositoryDatabaseInitializationDetector
		extends AbstractBeansOfTypeDependsOnDatabaseInitializationDetector {

	@Override
	protected Set<Class<?>> getDependsOnDatabaseInitializationBeanTypes() {
		return Set.of(VectorRepository.class);
	}

}
