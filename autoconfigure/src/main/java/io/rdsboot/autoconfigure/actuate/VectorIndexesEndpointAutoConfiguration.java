package io.rdsboot.autoconfigure.actuate;

import io.rdsboot.actuate.VectorIndexesEndpoint;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.recall.RecallTuner;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the endpoint {@code vectorindexes}.
 */
@AutoConfiguration(after = RdsVectorAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean({ VectorIndexManager.class, RecallTuner.class })
@ConditionalOnAvailableEndpoint(VectorIndexesEndpoint.class)
public final class VectorIndexesEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	VectorIndexesEndpoint rdsVectorIndexesEndpoint(VectorIndexManager manager, RecallTuner tuner) {
		return new VectorIndexesEndpoint(manager, tuner);
	}

}
