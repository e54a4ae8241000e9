/**
 * Logins with secrets of AWS Secrets Manager, through their rotations.
 */
@NullMarked
package io.rdsboot.credentials.secretsmanager;

import org.jspecify.annotations.NullMarked;
