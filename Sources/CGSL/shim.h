#pragma once
#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>

/* GSL's globals are shared mutable state to Swift 6: hand them out through functions. */
static inline const gsl_rng_type *swivel_mt19937(void) { return gsl_rng_mt19937; }
static inline const char *swivel_gsl_version(void) { return gsl_version; }

void openblas_set_num_threads(int count);

/* LAPACK's, which OpenBLAS has: eigenvalues and eigenvectors of a symmetric matrix, divide and conquer. */
void dsyevd_(
    const char *job, const char *triangle, const int *order, double *matrix, const int *stride, double *values,
    double *work, const int *work_size, int *integers, const int *integers_size, int *info);
