/* The same energy loops in plain C, as a yardstick: angles by acos, torsions by atan2 and cos. */
#pragma once

typedef struct { int i, j; double k, r0; } ck_bond;
typedef struct { int i, j, k; double kf, theta0; } ck_angle;
typedef struct { int i, j, k, l, n; double kf, gamma; } ck_torsion;
typedef struct { int i, j; double a, b, qq; } ck_pair;

typedef struct {
  int atoms, bonds, angles, torsions, pairs;
  ck_bond *bond;
  ck_angle *angle;
  ck_torsion *torsion;
  ck_pair *pair;
} ck_model;

/* Energy in kcal/mol; the gradient (3 doubles an atom) is overwritten. */
double ck_evaluate(const ck_model *m, const double *x, double *g);
